// The comfort panel: native controls that say themselves what is chosen. What they do is first-paint.js's.

// A screen reader must hear the focus arrive before it hears "collapsed", or it leaves out the name. Milliseconds: on a
// busy computer 50 were too few for Orca and Chromium, and 150 enough.
const AFTER_FOCUS = 200;

export default function start(button, place) {
  const form = place.querySelector("form");
  const status = place.querySelector("[role=status]");

  function open(isOpen) {
    place.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  }

  function close() {
    button.focus();
    setTimeout(open, AFTER_FOCUS, false);
  }

  function show() {
    const settings = comfort.settings();
    for (const control of form.elements) {
      if (control.type === "radio") control.checked = control.value === (settings[control.name] ?? "");
      if (control.type === "checkbox") control.checked = control.name in settings;
    }
  }

  function choose(wanted, words) {
    // Said once where nothing is remembered, not at each choice.
    const told = comfort.choose(wanted) ? words : form.dataset.forgotten;
    if (status.textContent !== told) status.textContent = told;
  }

  // What was pressed stays where it is, whatever grows above it.
  form.addEventListener("change", ({ target }) => {
    const { top } = target.getBoundingClientRect();
    choose(Object.fromEntries(new FormData(form)), "");
    scrollBy(0, target.getBoundingClientRect().top - top);
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    choose({}, form.dataset.reset);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close();
  });
  for (const part of [button, place]) {
    part.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !place.hidden) close();
    });
  }
  document.addEventListener("comfort", show);
  show();

  return () => open(button.getAttribute("aria-expanded") !== "true");
}
