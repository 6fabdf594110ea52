// What must act before a page is first seen: the reader's comfort settings, as attributes of <html> that
// styles/components/_comfort.scss knows, and whether room is needed for the button that reads aloud. A classic script in <head>; the panel itself (comfort-panel.js) comes when opened.
// The settings are kept in this browser alone. What is damaged or unknown there is ignored.
(() => {
  const KEY = "comfort";
  // What differs from the site's own settings, and is the same in the panel, the styles and here.
  const CHOICES = {
    size: ["125", "150", "175", "200"],
    lines: ["wide", "widest"],
    letters: ["wide", "widest"],
    theme: ["light", "dark", "contrast"],
    calm: ["on"],
    underline: ["on"],
  };
  const SCHEMES = { light: "light", dark: "dark", contrast: "dark" };
  const root = document.documentElement;
  let settings = {};

  function apply(wanted) {
    settings = {};
    for (const name in CHOICES) {
      const attribute = `data-comfort-${name}`;
      if (wanted && CHOICES[name].includes(wanted[name])) root.setAttribute(attribute, settings[name] = wanted[name]);
      else root.removeAttribute(attribute);
    }
    document.querySelector("meta[name=color-scheme]").content = SCHEMES[settings.theme] || "light dark";
    document.dispatchEvent(new Event("comfort"));
  }

  function read() {
    let kept;
    try {
      kept = localStorage.getItem(KEY);
    } catch {
      return; // a private window: what was chosen holds for this page
    }
    try {
      apply(JSON.parse(kept));
    } catch {
      apply();
    }
  }

  // `choose` returns whether the browser remembers it.
  window.comfort = {
    settings: () => settings,
    choose(wanted) {
      apply(wanted);
      try {
        localStorage.setItem(KEY, JSON.stringify(settings));
        return true;
      } catch {
        return false;
      }
    },
  };
  root.dataset.comfort = "ready";
  if ("speechSynthesis" in window) {
    root.dataset.voices = ""; // room for the button; on-demand.js says whether a voice was found
    speechSynthesis.getVoices(); // many browsers fetch the list when they are first asked
  }
  read();
  addEventListener("storage", ({ key }) => key === KEY || key === null ? read() : 0); // another tab
  addEventListener("pageshow", ({ persisted }) => persisted && read()); // back to a page that slept meanwhile
})();
