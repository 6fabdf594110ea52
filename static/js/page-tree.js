// django CMS's tree of pages. A page's name, the first thing that anybody presses, leads nowhere there: here it leads where its
// eye does. The menus, by keyboard: its script gives the focus to the page's name when a menu opens, a column away: some thirty
// stops before the menu's first line. It says to nobody that a menu is open, Escape does nothing, and the legend opens for a
// mouse alone.

const tree = document.getElementById("changelist");
const OPENER = ".js-cms-pagetree-dropdown .js-cms-pagetree-dropdown-trigger";
const LEGEND = ".cms-pagetree-legend-title-wrap";
const OPEN = "cms-pagetree-dropdown-menu-open";
const isOpen = (opener) => opener.closest(".js-cms-pagetree-dropdown").classList.contains(OPEN);

function tellStates() {
  for (const opener of tree.querySelectorAll(OPENER)) {
    const state = String(isOpen(opener));
    if (opener.ariaExpanded !== state) opener.ariaExpanded = state;
  }
}

function leadToPages() {
  for (const name of tree.querySelectorAll(":not(.js-cms-pagetree-node-select) > .jstree-anchor[href='#']")) {
    const page = document.querySelector(`#jsgrid_${name.parentElement.id}_col2 a.js-cms-pagetree-page-view`);
    if (page) name.href = page.href;
  }
}

// The tree would choose the page, and keep the browser from following the link.
const isFollowed = ({ target, key }) => target.closest(".jstree-anchor:not([href='#'])") && [undefined, "Enter"].includes(key);
for (const type of ["click", "keydown"]) {
  tree.addEventListener(type, (event) => { if (isFollowed(event)) event.stopPropagation(); }, true);
}
tree.addEventListener("click", ({ target }) => {
  const opener = target.closest(OPENER);
  if (opener) setTimeout(() => opener.focus());
}, true); // on the way down: its script lets no click come up
tree.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const opener = key === "Escape" ? target.closest(`.${OPEN}`)?.querySelector(OPENER) : target.closest(LEGEND);
  if (!opener || !["Escape", "Enter", " "].includes(key)) return;
  event.preventDefault();
  opener.focus();
  opener.click();
});
for (const legend of tree.querySelectorAll(LEGEND)) Object.assign(legend, { role: "button", tabIndex: 0 });
function begin() {
  tellStates();
  leadToPages();
}
begin();
new MutationObserver(begin).observe(tree, { attributeFilter: ["class"], childList: true, subtree: true });
