// The text editor's toolbar by keyboard, as in other editors: Alt+F10 goes from the text to the toolbar, Escape back. There
// Tab and the arrow keys move, Enter presses, and a menu is opened by Enter or Down and closed by Escape.
// djangocms-text's contract: a plain script, without imports of its own.
{
  const BUTTONS = "button:enabled, .dropdown";
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const editorOf = (element) => element.closest("[id$=_editor]");
  const textOf = (element) => editorOf(element)?.querySelector(".tiptap");
  // What the arrow keys go through: the toolbar's own buttons, or those of the menu that is open.
  const stops = (bar, menu) => [...(menu ?? bar).querySelectorAll(BUTTONS)]
    .filter((stop) => isShown(stop) && (menu || !stop.parentElement.closest(".dropdown")));

  function open(dropdown, bar) {
    if (!dropdown.classList.contains("show")) dropdown.click();
    dropdown.setAttribute("aria-expanded", "true");
    // The editor takes the focus at each click on its toolbar.
    setTimeout(() => stops(bar, dropdown.querySelector(".dropdown-content"))[0]?.focus(), 50);
  }
  function close(dropdown) {
    dropdown.classList.remove("show");
    dropdown.setAttribute("aria-expanded", "false");
  }
  const closeAll = (except) => document.querySelectorAll(".cms-toolbar .dropdown.show").forEach((dropdown) => {
    if (dropdown !== except) close(dropdown);
  });

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const text = target.closest?.(".tiptap");
    const bar = target.closest?.(".cms-toolbar[role]");
    if (text && event.altKey && key === "F10") {
      stops(editorOf(text).querySelector(".cms-toolbar"))[0]?.focus();
    } else if (bar) {
      const dropdown = target.closest(".dropdown");
      const isInMenu = dropdown && dropdown !== target;
      const row = stops(bar, isInMenu ? dropdown.querySelector(".dropdown-content") : null);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
      if (target.matches(".dropdown") && ["Enter", " ", "ArrowDown"].includes(key)) open(dropdown, bar);
      else if (key === "Escape" && isInMenu) [close(dropdown), dropdown.focus()];
      else if (key === "Escape") textOf(bar)?.focus();
      else if (step && !target.matches("input, select")) row[(row.indexOf(target) + step + row.length) % row.length]?.focus();
      else return;
    } else {
      return;
    }
    // Escape would close the CMS's window, with all that is typed in it.
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("click", ({ target }) => {
    const dropdown = target.closest(".cms-toolbar .dropdown");
    closeAll(target.closest("button[data-action]") ? null : dropdown);
  });

  // The package leaves its menus out of the keyboard's way.
  const mend = () => {
    document.querySelectorAll(".cms-toolbar .dropdown:not([aria-haspopup])").forEach((dropdown) => {
      dropdown.tabIndex = 0;
      dropdown.setAttribute("aria-haspopup", "true");
      dropdown.setAttribute("aria-expanded", "false");
    });
  };
  new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
}
