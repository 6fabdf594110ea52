"""axe-core in a page that the tests' own server serves."""

# As a script of the site's own: a strict policy allows it, and the browser fetches it only once.
BRING_AXE = "import('/axe').then(() => null)"

# Every rule that axe-core has: best practice, level AAA and the experimental ones, too.
EVERY_RULE = []
# Those whose findings depend on colors.
RULES_ON_COLORS = ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]

# Runs the rules `only`, or all, on the parts of the page that `within` selects, or on all of it.
# The rule on level AAA's contrast (7:1) leaves what is below 4.5:1 to the rule on level AA's. Here it does not, and so
# finds all that both find, in half the time; where text has a shadow, which each takes differently, both run.
# In forced colors Chromium tells of text's fill, which axe-core asks for first, the color that the page wanted, and
# draws the forced one: so axe-core is told that.
RUN = """async (only, within, counts = []) => {
    const FILL = "-webkit-text-fill-color", get = window.getComputedStyle;
    const told = (...of) => new Proxy(get(...of), {get: (style, name) => name !== "getPropertyValue" ? style[name]
        : (property) => style.getPropertyValue(property === FILL ? "color" : property)});
    const shadows = [...document.querySelectorAll("*")].some((part) => getComputedStyle(part).textShadow !== "none");
    const runs = (id) => (!only.length || only.includes(id)) && (shadows || id !== "color-contrast");
    const rules = Object.fromEntries(axe.getRules().map(({ruleId}) => [ruleId, {enabled: runs(ruleId)}]));
    const limit = {minThreshold: null};
    const checks = {"color-contrast-enhanced": {options: {contrastRatio: {normal: limit, large: limit}}}};
    if (matchMedia("(forced-colors: active)").matches) window.getComputedStyle = told;
    const resultTypes = ["violations", "incomplete"];
    const {violations, incomplete} = await axe.run(within || document, {rules, checks, resultTypes});
    window.getComputedStyle = get;
    const found = (rules) => rules.flatMap(({id, nodes}) => nodes.map((node) => ({id, ...node})));
    const undecided = found(incomplete).filter(({any}) => counts.includes(any[0]?.data?.messageKey));
    return [...found(violations), ...undecided];
}"""
# Finds the parts with words that look like none before them in this window, at its width and in its theme. Returns
# them, and what notes how they look.
NEW_LOOKS = """() => {
    const media = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query).matches);
    const view = [innerWidth, ...media].join(), seen = new Set(JSON.parse(sessionStorage.getItem(view)));
    const looks = new Map(), parts = [], keys = [];
    const LOOKS = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize", "fontWeight", "textShadow",
        "textDecoration"];
    for (const part of document.querySelectorAll("*")) {
        const style = getComputedStyle(part), around = looks.get(part.parentElement) ?? [];
        const hasWords = [...part.childNodes].some((node) => node instanceof Text && node.data.trim());
        const isUnread = part.matches(":disabled, [aria-hidden=true]");
        const look = [hasWords, isUnread, ...LOOKS.map((name) => style[name])].join();
        looks.set(part, around.at(-1) === look ? around : [...around, look]);
        const {width, right} = part.getBoundingClientRect(), key = [part.tagName, ...looks.get(part)].join("|");
        const isSeen = width > 1 && right > 0 && part.checkVisibility({visibilityProperty: true});
        if (!isSeen || seen.has(key) || !(hasWords || part.matches("a, input, select, textarea"))) continue;
        parts.push(part);
        keys.push(key);
    }
    return [parts, () => sessionStorage.setItem(view, JSON.stringify([...seen, ...keys]))];
}"""
# Runs the rules on colors where the looks are new; or everywhere, on a page with frames. What the rules say of a part
# follows from its looks, from those of all around it, and from what lies over what, which the run of all rules at the
# same width sees. Where something is found, it is found again on the next page.
RUN_ON_NEW_LOOKS = f"""async (counts) => {{
    const [parts, note] = frames.length ? [null, () => null] : ({NEW_LOOKS})();
    const found = parts?.length === 0 ? [] : await ({RUN})({RULES_ON_COLORS}, parts, counts);
    if (!found.length) note();
    return found;
}}"""
# What axe-core leaves to a person, of whom none looks at each change: words in the color of their ground.
COUNTS = ["equalRatio"]
IN_WORDS = "(found) => found.map(({id, html, failureSummary}) => [id, html, failureSummary])"


def findings(page, only=EVERY_RULE, within=None):
    """What axe-core finds on the page as it is: [rule, markup, what is wrong]."""
    return page.evaluate(
        f"async ([only, within]) => ({IN_WORDS})(await ({RUN})(only, within, {COUNTS}))", [only, within]
    )


def findings_on_new_colors(page):
    """What the rules on colors find where the page looks like none before it in its window (`RUN_ON_NEW_LOOKS`)."""
    return page.evaluate(f"async () => ({IN_WORDS})(await ({RUN_ON_NEW_LOOKS})({COUNTS}))")
