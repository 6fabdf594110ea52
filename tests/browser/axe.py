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
# What axe-core leaves to a person, of whom none looks at each change: words in the color of their ground.
COUNTS = ["equalRatio"]
FINDINGS = f"""async ([only, within]) => (await ({RUN})(only, within, {COUNTS}))
    .map(({{id, html, failureSummary}}) => [id, html, failureSummary])"""


def findings(page, only=EVERY_RULE, within=None):
    """What axe-core finds on the page as it is: [rule, markup, what is wrong]."""
    return page.evaluate(FINDINGS, [only, within])
