// A box below the password fields of a form shows what was typed, for whoever wants to check it (NIST SP 800-63B-4, 3.1.1.2).

const { dataset: words } = document.querySelector("script[data-show]");

for (const form of document.forms) {
  const fields = [...form.querySelectorAll("input[type=password]")];
  if (!fields.length) continue;
  const box = document.createElement("input");
  box.type = "checkbox";
  const label = document.createElement("label");
  label.className = "show-password";
  label.append(box, words.show);
  const show = (isShown) => fields.forEach((field) => (field.type = isShown ? "text" : "password"));
  box.addEventListener("change", () => show(box.checked));
  // So that no browser keeps it among the texts that it offers again.
  form.addEventListener("submit", () => show(false));
  fields.at(-1).closest(".form-row").after(label);
}
