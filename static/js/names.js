// Gives a name to what the pages of packages show as a sign alone: django CMS's tree of pages, django-filer's lists, the
// text editor and the field with a search (select2). The words come with the script's element (templates/admin/base_site.html).
// Once these packages name their parts themselves, a rule here can go; tests/browser/test_editors_accessibility.py says
// what axe-core finds without it.

const { dataset: words } = document.querySelector("script[data-names]");
const textOf = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";
const labelOf = (field) => textOf(field && document.querySelector(`label[for="${field.id}"]`));

// What a sign says to those who point at it with a mouse.
function tooltipOf(element) {
  const told = element.querySelector("[data-cms-tooltip], [title]") ?? element.closest("[data-cms-tooltip], [title]");
  return told?.dataset.cmsTooltip || told?.title || "";
}

// In the tree each column is a list of its own: the page that a cell is about stands in the first.
function pageOf(element) {
  const node = element.closest(".jstree-grid-cell")?.id.match(/^jsgrid_(.+)_col\d+$/)?.[1];
  return textOf(node && document.querySelector(`#${node} > .jstree-anchor`));
}

const ofPage = (name) => (element) => [name(element), pageOf(element)].filter(Boolean).join(": ");

// Selector, and what names an element of it
const NAMES = [
  [".cms-pagetree-header-search-btn", () => words.search],
  [".js-cms-pagetree-header-filter-trigger > a", () => words.filter],
  [".js-cms-pagetree-header-search-close", () => words.close],
  [".cms-pagetree-sites-list > a", () => words.sites],
  ["select.js-cms-pagetree-languages", () => words.language],
  [".jstree-grid-cell .cms-tree-item-icons a", ofPage(tooltipOf)],
  [".jstree-grid-cell .cms-tree-item-lang a.js-cms-pagetree-dropdown-trigger", ofPage(tooltipOf)],
  [".jstree-grid-cell .js-cms-tree-item-menu a", ofPage(tooltipOf)],
  [".jstree-grid-cell .cms-tree-item-button a, .jstree-grid-cell .js-cms-pagetree-page-view", ofPage(textOf)],
  ["#action-toggle", () => words.all],
  [".action-select", (box) => `${words.choose} ${textOf(box.closest("tr").querySelector(".column-name a"))}`],
  [".tiptap[contenteditable]", (editor) => labelOf(editor.closest(".cms-editor-inline-wrapper, [id$=_editor]")?.parentElement.querySelector("textarea")) || words.text],
  [".select2-selection[role=combobox]", (box) => labelOf(box.closest(".select2-container").previousElementSibling)],
  [".select2-selection__rendered[role=textbox]", (box) => labelOf(box.closest(".select2-container").previousElementSibling)],
  [".select2-search__field[aria-controls]", (field) => labelOf(document.getElementById(field.getAttribute("aria-controls").slice("select2-".length, -"-results".length)))],
  ["[data-toggle='filer-dropdown']", () => words.folders],
  [".cms-toolbar[role]", () => words.format],
  [".cms-toolbar .dropdown > [role=button]", (opener) => opener.parentElement.title || textOf(opener) || words.insert],
];

// What is no name, but wrong: a picture without an alternative has its address read out,
// a column without a heading says nothing, and a field with a list does not say which.
function mend(root) {
  root.querySelectorAll("[role=combobox][aria-owns]").forEach((box) => box.setAttribute("aria-controls", box.getAttribute("aria-owns")));
  root.querySelectorAll("img:not([alt])").forEach((picture) => { picture.alt = ""; });
  for (const [selector, told] of [["th.column-icon", words.picture], ["th.column-checkbox", words.choose]]) {
    for (const heading of root.querySelectorAll(selector)) {
      if (heading.children.length || textOf(heading)) continue;
      heading.innerHTML = '<span class="visually-hidden"></span>';
      heading.firstChild.textContent = told;
    }
  }
}

function name(root) {
  mend(root);
  for (const [selector, nameOf] of NAMES) {
    for (const element of root.querySelectorAll(selector)) {
      const told = nameOf(element);
      if (told && element.getAttribute("aria-label") !== told) {
        element.removeAttribute("aria-labelledby");
        element.setAttribute("aria-label", told);
      }
    }
  }
}

// Which choice the arrow keys have come to, in the field with a search. The package tells it of choices that came with the page alone.
let choices = 0;
function tellChoice() {
  for (const choice of document.querySelectorAll(".select2-results__option--highlighted")) {
    const { id } = choice.closest("[role=listbox]");
    choice.id ||= `${id}-${choices += 1}`;
    const field = document.querySelector(`.select2-search__field[aria-controls="${id}"]`);
    if (field && field.getAttribute("aria-activedescendant") !== choice.id) field.setAttribute("aria-activedescendant", choice.id);
  }
}

// Before the package begins: its list of choices opens inside the main part, not after all of the page.
document.querySelectorAll("main select.admin-autocomplete").forEach((field) => { field.dataset.dropdownParent = "main"; });
// In a window of the CMS this page is a part of another, which has a main part and a footer, too.
if (parent !== window) {
  document.querySelector("main")?.setAttribute("aria-label", document.title.split(" | ")[0]);
  document.querySelector("#footer:empty")?.remove();
}
name(document);
new MutationObserver(() => name(document)).observe(document.body, { childList: true, subtree: true });
new MutationObserver(tellChoice).observe(document.body, { attributes: true, attributeFilter: ["class"], childList: true, subtree: true });
