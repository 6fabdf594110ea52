// The rules that a person's drafts fail. They are asked for once the desk is there, because they render each draft; if
// they do not come, the link below each draft leads to them.
for (const section of document.querySelectorAll("[data-rules]")) {
  fetch(section.dataset.rules)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((html) => {
      const answer = new DOMParser().parseFromString(html, "text/html");
      for (const found of answer.querySelectorAll("[data-rules-of]")) {
        section.querySelector(`[data-rules-of="${found.dataset.rulesOf}"]`)?.replaceWith(found);
      }
    })
    .catch(() => {});
}
