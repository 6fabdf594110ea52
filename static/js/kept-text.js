// What is typed into an editor's form is kept in this browser until it is saved, so that an expired session, a crashed
// tab or a refused save loses nothing. A form is kept if it holds an element with data-kept-text (templates/admin/kept_text.html).
// On every page of the admin this file also drops what is saved, too old, or of somebody who has signed out.

const PREFIX = "kept-text:";
const LONGEST = 7 * 24 * 60 * 60 * 1000; // clinic computers are shared (mscoe_portal/kept_text.py)
const PAUSE = 400; // milliseconds without typing

function entries() {
  const found = [];
  for (let n = 0; n < localStorage.length; n += 1) {
    const key = localStorage.key(n);
    if (!key.startsWith(PREFIX)) continue;
    try {
      found.push({ ...JSON.parse(localStorage.getItem(key)), key });
    } catch {
      found.push({ key, at: 0 });
    }
  }
  return found;
}

function drop(isUnwanted) {
  entries().filter(isUnwanted).forEach(({ key }) => localStorage.removeItem(key));
}

function dropWhatIsOver() {
  drop(({ at }) => !(Date.now() - at < LONGEST));
  for (const cookie of document.cookie.split("; ")) {
    const [name, what, value] = cookie.match(/^kept-text-(saved|ended)-([a-z0-9]+)=/) || [];
    if (!name) continue;
    drop((entry) => (what === "saved" ? entry.key === PREFIX + value : entry.user === value));
    document.cookie = `${name.slice(0, -1)}=; Max-Age=0; Path=${document.querySelector("[data-admin-path]").dataset.adminPath}`;
  }
}

// djangocms-text puts its editor behind the textarea, which it empties while somebody types.
const editorOf = (element) => document.getElementById(`${element.id}_editor`)?.querySelector(".tiptap")?.editor;
const isTyped = ({ name, type }) =>
  name && !name.startsWith("choice-") && /^(textarea|text|url|email|number|search|date|select-one|checkbox)$/.test(type);

function read(element) {
  if (element.type === "checkbox") return element.checked;
  return editorOf(element)?.getHTML() ?? element.value;
}

function write(element, value) {
  const editor = editorOf(element);
  if (editor) editor.commands.setContent(value);
  else if (element.type === "checkbox") element.checked = value;
  else element.value = value;
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

function start(box) {
  const form = box.closest("form");
  const { user, what, unsaved } = box.dataset;
  const idField = box.querySelector("[name=kept_text]");
  const stamp = form.elements.stamp;
  const message = box.querySelector("[role=status]");
  const buttons = box.querySelector("[data-buttons]");
  // A form that came back with mistakes goes on under the id that it was sent with.
  idField.value ||= Date.now().toString(36) + Math.random().toString(36).slice(2);
  const key = PREFIX + idField.value;

  const typed = () => [...form.elements].filter(isTyped);
  const values = () => Object.fromEntries(typed().map((element) => [element.name, read(element)]));
  const loaded = unsaved ? null : JSON.stringify(values());

  let timer = 0;
  function keep() {
    timer = 0;
    const now = values();
    if (JSON.stringify(now) === loaded) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ user, what, at: Date.now(), stamp: stamp?.value, values: now }));
  }
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }
  const atOnce = () => timer && (clearTimeout(timer), keep());
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  typed().forEach((element) => editorOf(element)?.on("update", soon));
  addEventListener("pagehide", atOnce);
  document.addEventListener("visibilitychange", atOnce);
  form.addEventListener("submit", atOnce);
  if (unsaved) keep();

  const isSame = (entry) => {
    const now = values();
    const shared = Object.entries(entry.values).filter(([name]) => name in now);
    return shared.length > 0 && shared.every(([name, value]) => now[name] === value);
  };

  function say(words) {
    message.textContent = words;
    message.hidden = false;
  }

  function offer() {
    const others = entries()
      .filter((entry) => entry.user === user && entry.what === what && entry.key !== key)
      .sort((one, other) => other.at - one.at);
    const entry = others.find((other) => !isSame(other));
    others.filter(isSame).forEach((same) => localStorage.removeItem(same.key));
    buttons.hidden = !entry;
    if (!entry) return false;
    const when = new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    say(box.dataset.offer.replace("{when}", when));
    buttons.onclick = ({ target }) => {
      if (!target.matches("button")) return;
      const isRestored = target.matches("[data-restore]");
      if (isRestored) {
        typed().filter(({ name }) => name in entry.values).forEach((element) => write(element, entry.values[element.name]));
        // What others have saved since then is merged or shown when this is saved.
        if (stamp && entry.stamp) stamp.value = entry.stamp;
        keep();
      }
      localStorage.removeItem(entry.key);
      if (isRestored || !offer()) {
        buttons.hidden = true;
        say(isRestored ? box.dataset.restored : box.dataset.discarded);
        message.focus();
      }
    };
    return true;
  }
  offer();
}

try {
  dropWhatIsOver();
  // The text editor starts after this module.
  addEventListener("load", () => document.querySelectorAll("[data-kept-text]").forEach(start));
} catch (error) {
  // Without storage (a setting of the browser, or it is full) editing goes on as before.
  console.warn("Typed text is not kept:", error);
}
