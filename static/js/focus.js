// After an act, the focus goes to what tells of it: the mistakes in a form, a refusal, or the message that it is done.
// So a screen reader says it first, and the keyboard goes on from there. An error summary's link leads to its field.

const told = document.querySelector(".error-summary, .errornote") ?? document.querySelector("[data-takes-focus]");
if (told) {
  told.tabIndex = -1;
  // Once the page is there: fields with `autofocus` and the text editor would take it away again.
  addEventListener("load", () => setTimeout(() => told.focus()));
}

// Widgets of packages hide the field that the label names, and show another in its place.
function shownPartOf(field) {
  const editor = document.getElementById(`${field.id}_editor`)?.querySelector("[contenteditable]");
  return editor ?? field.parentElement.querySelector(".select2-selection, .filer-dropzone a:not([hidden])") ?? field;
}

document.querySelector(".error-summary")?.addEventListener("click", (event) => {
  const field = event.target.hash && document.getElementById(decodeURIComponent(event.target.hash.slice(1)));
  if (!field) return;
  event.preventDefault();
  const part = field.checkVisibility({ checkVisibilityCSS: true }) && !field.matches(".select2-hidden-accessible") ? field : shownPartOf(field);
  part.focus();
  part.scrollIntoView({ block: "center" });
});
