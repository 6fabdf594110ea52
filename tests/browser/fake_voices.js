// A stand-in for the browser's voices, which a headless Chromium does not have. As with real ones the list of voices comes late,
// one utterance is spoken at a time, and to cancel ends it with an error event, later. It ends when the test says `voices.finish()`.
{
  const voice = (lang, localService, isDefault = false) => ({ lang, localService, default: isDefault, name: lang, voiceURI: lang });
  const list = [voice("en-GB", true, true), voice("fr-FR", true), voice("en-US", false), voice("en_US", true), voice("es-US", true)];
  const queue = [];
  let known = [];

  class Utterance extends EventTarget {
    constructor(text = "") {
      super();
      Object.assign(this, { text, lang: "", voice: null, rate: 1 });
    }
  }
  for (const kind of ["start", "end", "error"]) {
    Object.defineProperty(Utterance.prototype, `on${kind}`, { set(handle) { this.addEventListener(kind, handle); } });
  }
  const tell = (utterance, kind, error) => setTimeout(() => utterance.dispatchEvent(Object.assign(new Event(kind), { error })));

  function begin() {
    if (!queue.length) return;
    tell(queue[0], "start");
    if (queue[0].text) window.voices.spoken.push(queue[0]);
    else setTimeout(finish);
  }
  function finish() {
    const utterance = queue.shift();
    begin();
    if (utterance) utterance.dispatchEvent(new Event("end"));
  }
  const synthesis = {
    onvoiceschanged: null,
    getVoices: () => known,
    speak(utterance) {
      queue.push(utterance);
      if (queue.length === 1) begin();
    },
    cancel() {
      queue.splice(0).forEach((utterance, n) => tell(utterance, "error", n ? "canceled" : "interrupted"));
      localStorage.setItem("hushed", location.pathname);
    },
    pause() {}, // as on many phones
    resume() {},
    get speaking() { return queue.length > 0; },
  };
  window.voices = {
    spoken: [],
    finish,
    fail() { tell(queue.shift(), "error", "synthesis-failed"); },
    get now() { return queue[0]?.text; },
  };
  Object.defineProperty(window, "speechSynthesis", { value: synthesis });
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Utterance });
  addEventListener("load", () => setTimeout(() => {
    known = list;
    synthesis.onvoiceschanged?.(new Event("voiceschanged"));
  }));
}
