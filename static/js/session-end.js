// Whoever does nothing for too long is signed out by the server. Some minutes before that a dialog says so, which a screen
// reader reads out, and one press goes on (WCAG 2.2.1). To type or press anywhere is activity, in every tab and frame.

const KEY = "session-ends-at"; // milliseconds, for all tabs
const SELDOM = 60 * 1000; // the server is not asked more often for what is typed

const { dataset } = document.querySelector("[data-session-end]");
const soon = document.querySelector("[data-soon]");
const ended = document.querySelector("[data-ended]");
const warning = dataset.warning * 1000;
let endsAt = 0;
let timer = 0;
let toldAt = 0;
let isAsking = false;
let isOver = false;

function share(seconds) {
  endsAt = Date.now() + seconds * 1000;
  toldAt = Date.now();
  try {
    localStorage.setItem(KEY, endsAt);
  } catch {
    // Without storage each tab counts alone.
  }
  plan();
}

function open(dialog) {
  // Inside a frame of the CMS, the page around it tells.
  if (window !== top || dialog.open) return;
  dialog.returnValue = "";
  dialog.showModal();
}

function plan() {
  clearTimeout(timer);
  const left = endsAt - Date.now();
  if (left > 0) isOver = false;
  if (left > warning) {
    soon.close("goes on"); // nothing happens to a dialog that is closed
    ended.close();
    timer = setTimeout(plan, left - warning);
  } else if (left > 0) {
    const text = soon.querySelector("[data-words]");
    const when = new Date(endsAt).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
    text.textContent = text.dataset.words.replace("{when}", when);
    open(soon);
    timer = setTimeout(plan, left);
  } else if (!isOver) {
    isOver = true;
    soon.close("ended");
    open(ended);
  }
}

async function goOn() {
  if (isAsking) return;
  isAsking = true;
  try {
    const answer = await fetch(dataset.url);
    share((await answer.json()).seconds);
  } catch {
    plan(); // no connection: the next press tries again
  } finally {
    isAsking = false;
  }
}

function act() {
  if (!soon.open && Date.now() < endsAt && Date.now() - toldAt > SELDOM) goOn();
}
for (const kind of ["keydown", "pointerdown", "input"]) addEventListener(kind, act, { capture: true, passive: true });

soon.addEventListener("close", () => soon.returnValue || goOn());
addEventListener("storage", ({ key, newValue }) => {
  if (key !== KEY || !newValue) return;
  endsAt = Number(newValue);
  toldAt = Date.now();
  plan();
});
// A computer that slept: its timers come late.
document.addEventListener("visibilitychange", plan);
const { pathname, search } = location;
ended.querySelector("a").search = new URLSearchParams({ next: pathname + search });
share(Number(dataset.seconds));
