// npm run build: writes ../static/css/. With a folder as argument it writes there instead, so that a test can compare.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

// What every page has, and what a part brings along when it is opened.
const SHEETS = { site: "site.scss", "comfort-panel": "components/comfort-panel.scss", "listen-controls": "components/listen-controls.scss" };
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2] ?? here("../static/css");

for (const [name, source] of Object.entries(SHEETS)) {
  const { css } = compile(here(source), {
    style: "compressed",
    charset: false,
    loadPaths: [here("node_modules/@uswds/uswds/packages")],
    quietDeps: true, // USWDS 3 still uses what Sass 1 deprecates
    silenceDeprecations: ["if-function", "global-builtin", "import"],
  });
  writeFileSync(`${folder}/${name}.css`, `${css.replace(/\/\*[\s\S]*?\*\//g, "").trim()}\n`);
}
