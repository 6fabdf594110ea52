// The text editor's toolbar by keyboard, as in other editors: Alt+F10 goes from the text to the toolbar, Escape back. There
// Tab and the arrow keys move, Enter presses, and a menu is opened by Enter or Down and closed by Escape.
// djangocms-text's contract: a plain script, without imports of its own.
{
  const BUTTONS = "button:enabled, .dropdown > [role=button]";
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const editorOf = (element) => element.closest("[id$=_editor]");
  const textOf = (element) => editorOf(element)?.querySelector(".tiptap");
  // What the arrow keys go through: the toolbar's own buttons, or those of the menu that is open.
  const stops = (bar, menu) => [...(menu ?? bar).querySelectorAll(BUTTONS)]
    .filter((stop) => isShown(stop) && (menu || !stop.closest(".dropdown-content")));
  const openerOf = (dropdown) => dropdown.querySelector(":scope > [role=button]");

  function open(dropdown, bar) {
    if (!dropdown.classList.contains("show")) dropdown.click();
    openerOf(dropdown).setAttribute("aria-expanded", "true");
    // The editor takes the focus at each click on its toolbar.
    setTimeout(() => stops(bar, dropdown.querySelector(".dropdown-content"))[0]?.focus(), 50);
  }
  function close(dropdown) {
    dropdown.classList.remove("show");
    openerOf(dropdown).setAttribute("aria-expanded", "false");
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
      const isInMenu = target.closest(".dropdown-content");
      const row = stops(bar, isInMenu);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
      if (dropdown && !isInMenu && ["Enter", " ", "ArrowDown"].includes(key)) open(dropdown, bar);
      else if (key === "Escape" && isInMenu) {
        close(dropdown);
        openerOf(dropdown).focus();
      } else if (key === "Escape") textOf(bar)?.focus();
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
    if (dropdown) openerOf(dropdown).setAttribute("aria-expanded", String(dropdown.classList.contains("show")));
  });

  // The package's styles take the roles that are mended below for names.
  const CLASSES = { '[role="menubar"]': ".cms-toolbar", '[role="button"]': ".dropdown" };
  function rename({ cssRules }) {
    for (const rule of cssRules ?? []) {
      for (const [role, name] of Object.entries(CLASSES)) {
        if (rule.selectorText?.includes(role)) rule.selectorText = rule.selectorText.replaceAll(role, name);
      }
      rename(rule);
    }
  }

  // The package calls a row of buttons a menu bar, takes each menu and all in it for one button, and leaves it out of the
  // keyboard's way.
  const mend = () => {
    document.querySelectorAll(".cms-toolbar[role=menubar]").forEach((bar) => {
      bar.setAttribute("role", "toolbar");
      [...document.styleSheets].filter(({ href }) => href?.includes("/djangocms_text/")).forEach(rename);
    });
    document.querySelectorAll(".cms-toolbar .dropdown[role=button]").forEach((dropdown) => {
      const opener = document.createElement("span");
      opener.append(...[...dropdown.childNodes].filter((child) => !child.matches?.(".dropdown-content")));
      dropdown.prepend(opener);
      for (const name of ["role", "tabindex"]) dropdown.removeAttribute(name);
      opener.setAttribute("role", "button");
      opener.tabIndex = 0;
      opener.setAttribute("aria-haspopup", "true");
      opener.setAttribute("aria-expanded", "false");
    });
  };
  document.addEventListener("focusout", ({ target, relatedTarget }) => {
    const editor = editorOf(target); // the text keeps the focus while a menu is opened with the mouse
    if (relatedTarget && editor && !editor.contains(relatedTarget)) closeAll();
  });
  new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
}
