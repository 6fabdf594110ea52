// django CMS's bar, its board with the parts of a page, and its windows, by keyboard and in words: what it makes of parts
// that only a mouse presses becomes a button with a name, and what it tells is told by screen readers, too.

const { dataset: words } = document.querySelector("script[data-editing-bar]");
const textOf = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";
const partOf = (button) => textOf(button.closest(".cms-draggable, .cms-dragarea")?.querySelector(".cms-dragitem-text, .cms-dragbar-title"));

// Selector, and its name
const BUTTONS = [
  [".cms-submenu-edit", (button) => `${words.edit}: ${partOf(button)}`],
  [".cms-submenu-add:not(.cms-btn-disabled)", (button) => `${words.add}: ${partOf(button)}`],
  [".cms-submenu-settings", (button) => `${words.more}: ${partOf(button)}`],
  [".cms-modal-close, .cms-modal-minimize, .cms-modal-maximize, .cms-messages-close", (button) => button.title || words.close],
];

function mend() {
  for (const [selector, nameOf] of BUTTONS) {
    for (const button of document.querySelectorAll(selector)) {
      if (button.getAttribute("role") === "button") continue;
      button.setAttribute("role", "button");
      button.tabIndex = 0;
      button.setAttribute("aria-label", nameOf(button));
    }
  }
  for (const frame of document.querySelectorAll(".cms-modal-frame iframe:not([title]), .cms-dialog iframe:not([title])")) {
    frame.title = textOf(frame.closest(".cms-modal, .cms-dialog").querySelector(".cms-modal-title")) || words.window;
  }
  // What the CMS says of a request that nobody answered, after it has closed the window of a text that was not saved.
  const message = document.querySelector(".cms-messages-inner");
  if (textOf(message) === "| 0 error") message.textContent = words.unreachable;
  document.querySelectorAll(".cms-dialog:not([aria-label])").forEach((dialog) => dialog.setAttribute("aria-label", words.window));
}

document.addEventListener("keydown", (event) => {
  const button = event.target.closest("#cms-top [role=button]");
  if (!button || button.matches("a[href], button") || !["Enter", " "].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation(); // Space alone would close the board
  for (const kind of ["pointerdown", "pointerup"]) button.dispatchEvent(new PointerEvent(kind, { bubbles: true }));
  button.click();
}, true);

// The CMS takes letters and signs alone for commands ("?", "f t", "a", "x"). Who speaks to the computer, or whose hands shake, sends
// them without meaning to (WCAG 2.1.4). Each has a button, and Alt with a letter is left.
addEventListener("keydown", (event) => {
  const { altKey, ctrlKey, key, metaKey, target } = event;
  if (altKey || ctrlKey || metaKey || !/^\S$/u.test(key)) return; // other keys have names
  if (!target.closest("input, select, textarea, [contenteditable]")) event.stopImmediatePropagation();
}, true);

// The text editor's dialog gives the focus to its sign that closes it.
const FIELD = "form :is(input:not([type=hidden]), select:not(.select2-hidden-accessible), textarea, .select2-selection)";
document.addEventListener("toggle", ({ target }) => {
  if (target.matches("dialog.cms-dialog[open]")) target.querySelector("iframe").contentDocument.querySelector(FIELD)?.focus();
}, true); // on the way down: it does not come up

document.querySelector(".cms-messages-inner")?.setAttribute("role", "status");
const dialog = document.querySelector("#cms-top > .cms-modal");
dialog?.setAttribute("role", "dialog");
dialog?.setAttribute("aria-label", words.window);
mend();
new MutationObserver(mend).observe(document.getElementById("cms-top"), { childList: true, subtree: true });
