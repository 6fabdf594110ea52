// The menus of django CMS's tree of pages, by keyboard. Its script gives the focus to the page's name when a menu opens, a column
// away: some thirty stops before the menu's first line. It says to nobody that a menu is open, Escape does nothing, and the
// legend opens for a mouse alone.

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
tellStates();
new MutationObserver(tellStates).observe(tree, { attributeFilter: ["class"], childList: true, subtree: true });
