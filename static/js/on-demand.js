// A part of the page that not every reader needs is fetched when its button is pressed for the first time: the markup
// from data-on-demand, into what aria-controls names, and the style and script that it asks for. The script's default
// export is then told of every press.

async function load(button, place) {
  const { onDemand } = button.dataset;
  const answer = await fetch(onDemand);
  if (!answer.ok) throw new Error(`${onDemand}: ${answer.status}`);
  place.innerHTML = await answer.text();
  const sheet = place.querySelector("link");
  const [{ default: start }] = await Promise.all([
    import(place.querySelector("[data-script]").dataset.script),
    new Promise((done, fail) => { sheet.onload = done; sheet.onerror = fail; }),
  ]);
  return start(button, place);
}

document.querySelectorAll("[data-on-demand]").forEach((button) => {
  const place = document.getElementById(button.getAttribute("aria-controls"));
  let part;
  let isOnItsWay = false;
  button.addEventListener("click", async ({ detail }) => {
    if (isOnItsWay || detail > 1) return; // the second press of a double click would undo what the first does
    isOnItsWay = true;
    // A page may speak on an iPhone only once it has done so at a press; what is fetched first comes too late for that.
    if (!part && "speaks" in button.dataset) speechSynthesis.speak(new SpeechSynthesisUtterance(""));
    part ??= load(button, place);
    try {
      const press = await part;
      press();
    } catch (error) {
      part = null; // the next press tries again
      place.innerHTML = '<p role="alert"></p>';
      place.firstChild.textContent = document.querySelector("[data-failed]").dataset.failed;
      place.hidden = false;
      throw error;
    } finally {
      isOnItsWay = false;
    }
  });
});

// Reading aloud is offered once this device has a voice of its own for the language of the text.
if ("speechSynthesis" in window) {
  const { lang } = document.querySelector("main").closest("[lang]");
  const look = () => {
    const isFound = ({ localService, lang: spoken }) => localService && spoken.slice(0, 2) === lang.slice(0, 2);
    if (speechSynthesis.getVoices().some(isFound)) document.documentElement.dataset.voices = "found";
  };
  look();
  speechSynthesis.onvoiceschanged = look;
}
