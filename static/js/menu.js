// The main menu: a disclosure navigation. The AT notice on every page tells readers how it works, so it works exactly so.
// Without this file every submenu stays visible. CSS hides what follows a button with aria-expanded="false".

// A screen reader must hear the focus arrive before it hears "collapsed", or it leaves out the name. Milliseconds: on a
// busy computer 50 were too few for Orca and Chromium, and 150 enough.
const AFTER_FOCUS = 200;

const isOpen = (button) => button.getAttribute("aria-expanded") === "true";
const setOpen = (button, open) => button.setAttribute("aria-expanded", String(open));
const isShown = (element) => element.getClientRects().length > 0;
const stops = (list) => [...list.querySelectorAll("a[href], button")].filter(isShown);
const listOf = (button) => document.getElementById(button.getAttribute("aria-controls"));

const moves = {
  ArrowDown: (links, here) => links[here + 1],
  ArrowUp: (links, here) => links[here - 1],
  Home: (links) => links[0],
  End: (links) => links[links.length - 1],
};

function start(nav) {
  const toggle = nav.querySelector("[data-menu-toggle]");
  const options = [...nav.querySelectorAll("[data-menu-option]")];
  const collapseAll = () => [toggle, ...options].forEach((button) => setOpen(button, false));

  nav.addEventListener("click", ({ target, detail }) => {
    const button = target.closest("button");
    if (!button || detail > 1) return; // the second press of a double click would undo what the first does
    const open = !isOpen(button);
    options.forEach((option) => setOpen(option, false));
    setOpen(button, open);
    button.focus(); // Safari does not focus a clicked button
  });

  nav.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { key, target } = event;
    const submenu = target.closest("[data-submenu]");
    let next;
    if (key === "Escape") {
      next = options.find(isOpen) || (isShown(toggle) && isOpen(toggle) && toggle);
      if (next) setTimeout(setOpen, AFTER_FOCUS, next, false);
    } else if (submenu && moves[key]) {
      event.preventDefault(); // the first and the last link stay, and so does the page
      const links = stops(submenu);
      next = moves[key](links, links.indexOf(target));
    } else if (key === "ArrowDown" && target.matches("button") && isOpen(target)) {
      next = stops(listOf(target))[0];
    }
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  // A press outside moves the focus before it clicks. Collapsing between the two would move what is pressed away.
  let pressed = false;
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  document.addEventListener("pointercancel", () => { pressed = false; }, true);
  // A listener for clicks on the document would make screen readers call what can have the focus in it "clickable".
  document.addEventListener("pointerup", ({ target }) => {
    pressed = false;
    if (!nav.contains(target)) setTimeout(collapseAll); // after the click
  }, true);

  nav.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !nav.contains(relatedTarget) && !pressed) collapseAll();
  });

  collapseAll();
  toggle.hidden = false;
  nav.dataset.menu = "ready";
}

document.querySelectorAll("[data-menu]").forEach(start);
