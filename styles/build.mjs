// npm run build: writes ../static/css/site.css. With a path as argument it writes there instead, so that a test can compare.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = process.argv[2] ?? here("../static/css/site.css");

const { css } = compile(here("site.scss"), {
  style: "compressed",
  charset: false,
  loadPaths: [here("node_modules/@uswds/uswds/packages")],
  quietDeps: true, // USWDS 3 still uses what Sass 1 deprecates
  silenceDeprecations: ["if-function", "global-builtin", "import"],
});
writeFileSync(target, `${css.replace(/\/\*[\s\S]*?\*\//g, "").trim()}\n`);
