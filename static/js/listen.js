// Reads the main content aloud, a sentence at a time, and marks the sentence. Only with voices that this device has itself:
// others would send the text to their maker. To pause is to stop and to begin the sentence anew, since the browsers' own
// pause does nothing on many phones.

const SKIPPED = "nav, form, button, svg, [aria-hidden='true'], [data-unspoken]";
const MARK = "listen";
const SPEED = "listen-speed";

const languageOf = (element) => element.closest("[lang]").lang;

function sourceNumberAt(element) {
  const raised = element.closest("sup");
  return raised?.querySelector("a") ? raised : null;
}

// What stands outside the lines, as words for screen readers do, belongs to the block that it is written in.
const isInline = ({ display, position }) => position === "absolute" || /^(inline|contents)/.test(display);

function blockOf(element) {
  let block = element;
  while (isInline(getComputedStyle(block))) block = block.parentElement;
  return block;
}

function isSpoken({ parentElement: parent }) {
  if (parent.closest(SKIPPED) || !parent.getClientRects().length) return false;
  // The table's cells say the head of their column themselves.
  return !parent.closest("thead") || !parent.closest("table").querySelector("[data-label]");
}

// Runs of text that belong together: of one block, in one language; the number of a source is a run of its own.
function runsOf(main) {
  const runs = [];
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT, (text) => isSpoken(text) ? 1 : 2);
  while (texts.nextNode()) {
    const { currentNode: text } = texts;
    const parent = text.parentElement;
    const kind = [blockOf(parent), sourceNumberAt(parent), languageOf(parent)];
    const last = runs[runs.length - 1];
    if (last && last.kind.every((part, n) => part === kind[n])) last.texts.push(text);
    else runs.push({ kind, texts: [text] });
  }
  return runs;
}

function sentencesIn(words, language) {
  // Old browsers have no Segmenter; a sentence then ends where a space follows its stop.
  if (!Intl.Segmenter) return words.match(/.+?(?:[.!?…]["”’)]*\s+|$)/g) || [];
  return [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(words)].map(({ segment }) => segment);
}

// Where the letter `at` of the texts stands: [text, offset].
function find(texts, at) {
  let rest = at;
  for (const text of texts) {
    if (rest <= text.length) return [text, rest];
    rest -= text.length;
  }
  return [texts[texts.length - 1], texts[texts.length - 1].length];
}

// What is spoken, in order: [{words, language, range, block}].
export function sentencesOf(main) {
  return runsOf(main).flatMap(({ kind: [block, number, language], texts }) => {
    // A line break in the markup ends no sentence.
    const words = texts.map(({ data }) => data.replace(/\s/g, " ")).join("");
    let at = 0;
    return sentencesIn(words, language).map((sentence, n) => {
      const range = document.createRange();
      range.setStart(...find(texts, at + sentence.length - sentence.trimStart().length));
      range.setEnd(...find(texts, at + sentence.trimEnd().length));
      at += sentence.length;
      const head = n === 0 && block.dataset.label ? `${block.dataset.label}: ` : "";
      const spoken = number ? sentence.replace(/[[\]]/g, "") : sentence;
      return { words: head + spoken.replace(/\s+/g, " ").trim(), language, range, block };
    });
  }).filter(({ words }) => /[\p{L}\p{N}]/u.test(words));
}

function voiceFor(language) {
  const voices = speechSynthesis.getVoices().filter(({ localService }) => localService);
  const named = (voice) => voice.lang.replace("_", "-").toLowerCase();
  const wanted = language.toLowerCase();
  const near = voices.filter((voice) => named(voice).slice(0, 2) === wanted.slice(0, 2));
  const region = wanted === "en" ? "en-us" : wanted;
  // A few words in a language that the device does not speak are said as one of its own voices can: left to itself, the
  // browser may take one that sends them away.
  const spoken = near.length ? near : voices;
  return spoken.find((voice) => named(voice) === region) || spoken.find((voice) => voice.default) || spoken[0];
}

function isInSight(range) {
  const { top, bottom } = range.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

// The sentence, not its paragraph: with large text that may be higher than the window.
function bringInSight(range) {
  const { top, bottom } = range.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) scrollBy(0, Math.min(top, (top + bottom - innerHeight) / 2));
}

export default function start(button, place) {
  const main = document.querySelector("main");
  const controls = place.querySelector("[data-listen-controls]");
  const speed = place.querySelector("select");
  const stopButton = place.querySelector("button");
  const problem = place.querySelector("[role=alert]");
  const { listen, pause, resume, failed } = controls.dataset;
  let sentences = [];
  let at = 0;
  let speaking = null; // kept here, or the browser may forget it half way

  function mark(sentence) {
    const last = sentences[at - 1];
    document.querySelector("[data-listen-here]")?.removeAttribute("data-listen-here");
    window.CSS?.highlights?.delete(MARK);
    if (!sentence) return;
    if (window.CSS?.highlights) CSS.highlights.set(MARK, new Highlight(sentence.range));
    else sentence.block.setAttribute("data-listen-here", "");
    // Whoever has scrolled away to look at something else is left there.
    if (!last || isInSight(last.range)) bringInSight(sentence.range);
  }

  // All tabs share one queue: who does not speak takes nothing out of it.
  function hush() {
    if (speaking) speechSynthesis.cancel();
    speaking = null;
  }

  // The place is kept, so that a voice that fails half way, or is cut short by another tab, goes on from there.
  function rest(words) {
    hush();
    button.textContent = resume;
    problem.textContent = words;
  }

  function stop() {
    hush();
    at = 0;
    mark();
    button.textContent = listen;
    if (place.contains(document.activeElement)) button.focus();
    place.hidden = true;
  }

  function speak() {
    const sentence = sentences[at];
    if (!sentence) return stop();
    mark(sentence);
    const utterance = new SpeechSynthesisUtterance(sentence.words);
    utterance.lang = sentence.language;
    utterance.voice = voiceFor(sentence.language);
    if (!utterance.voice) return rest(failed);
    utterance.rate = Number(speed.value);
    utterance.onend = () => {
      if (utterance !== speaking) return;
      speaking = null;
      at += 1;
      speak();
    };
    utterance.onerror = () => {
      if (utterance === speaking) rest(failed);
    };
    speaking = utterance;
    speechSynthesis.speak(utterance);
  }

  function press() {
    if (speaking) return rest("");
    if (at === 0) sentences = sentencesOf(main);
    problem.textContent = "";
    place.hidden = false;
    button.textContent = pause;
    speak();
  }

  try {
    const kept = localStorage.getItem(SPEED);
    if ([...speed.options].some(({ value }) => value === kept)) speed.value = kept;
  } catch { /* a private window: the usual speed */ }
  speed.addEventListener("change", () => {
    try {
      localStorage.setItem(SPEED, speed.value);
    } catch { /* a private window: for this page */ }
    if (!speaking) return;
    hush();
    speak();
  });
  stopButton.addEventListener("click", stop);
  addEventListener("pagehide", stop);

  return press;
}
