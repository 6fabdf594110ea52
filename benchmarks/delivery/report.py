"""Write what the bench found: docs/delivery-bench.md, and a chart of it, docs/images/delivery-bench.svg."""

import shlex
import statistics
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape

from benchmarks.delivery import load, page, sites
from benchmarks.delivery.servers import is_real_time

PORTAL = "Portal, its own server"
CONSTANT = "The same server, a constant answer"
NGINX = "nginx, a file"
NGINX_FILES = "Portal, its files by nginx"
CMS = "django CMS as it ships"
WAGTAIL = "Wagtail, site cache"
SMALL, LARGE = f"Portal, {sites.SMALL} pages", f"Portal, {sites.LARGE:,} pages"
TABLE = page.ROOT / "docs" / "delivery-bench.md"
CHART = page.ROOT / "docs" / "images" / "delivery-bench.svg"


@dataclass
class Results:
    """What one run found; each dict is by the server's name, `sizes` and `loads` by the Accept-Encoding first."""

    rounds: int
    seconds: int
    sizes: dict = field(default_factory=dict)
    loads: dict = field(default_factory=dict)
    queries: dict = field(default_factory=dict)
    uncached: dict = field(default_factory=dict)
    starts: dict = field(default_factory=dict)
    stale: dict = field(default_factory=dict)
    elsewhere: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)
    commands: list = field(default_factory=list)


def write(results):
    """Write table and chart; returns their paths."""
    CHART.parent.mkdir(exist_ok=True)
    TABLE.write_text(table(results))
    CHART.write_text(chart(results))
    return TABLE, CHART


def figures(results):
    """The rows of issue 4: what, what to reach, the values in words, and whether all reach it."""
    loads = [results.loads[encoding] for encoding in (load.PLAIN, load.COMPRESSED)]

    def at_least(reach, other, name=PORTAL):
        values = [load.ratio(one[name], one[other]) for one in loads]
        return f"at least {reach:g}", [f"{value:.2f}" for value in values], min(values) >= reach

    def at_most(reach, values, unit="", decimals=0):
        return f"at most {reach:g}{unit}", [f"{value:.{decimals}f}{unit}" for value in values], max(values) <= reach

    costs = [one[PORTAL].cost for one in loads]
    shares, least = ([one[name].cost / one[CMS].cost for one in loads] for name in (PORTAL, CONSTANT))
    constant = " · ".join(f"{share:.3f}" for share in least)
    anew, stale, elsewhere = results.uncached, results.stale, results.elsewhere
    return {
        "Requests a second, portal’s files by nginx ÷ nginx static": at_least(0.85, NGINX, NGINX_FILES),
        "Portal on its own server ÷ nginx static": at_least(0.30, NGINX),
        "Portal on its own server ÷ the same server with a constant WSGI app": at_least(0.75, CONSTANT),
        "Portal ÷ django CMS as it ships": at_least(20, CMS),
        "Portal ÷ Wagtail with the site cache, same server": at_least(6, WAGTAIL),
        "Processor time a warm request": at_most(0.05, costs, " ms", 3),
        f"… ÷ that of a cached page of django CMS (of a constant answer: {constant})": at_most(0.03, shares, "", 3),
        "Database queries a warm request": at_most(0, [results.queries[PORTAL]]),
        f"Page made anew, {sites.SMALL} pages": at_most(25, [anew[SMALL]], " ms", 1),
        f"Page made anew, {sites.LARGE:,} pages": at_most(40, [anew[LARGE]], " ms", 1),
        "Stale answers after the publish’s answer, 2 workers": (
            "0",
            ["{stale} of {reads} after {publishes} publishes".format(**stale)],
            stale["stale"] == "0",
        ),
        f"… on a second host, the longest after any of {elsewhere['publishes']} publishes": at_most(
            0.3, [float(elsewhere["seconds"])], " s", 3
        ),
        "Cold start to the first 200": at_most(1.5, [statistics.median(results.starts[PORTAL])], " s", 2),
    }


def table(results):
    """The whole Markdown page."""
    words = {True: "yes", False: "**no**"}
    reached = [
        f"| {what} | {reach} | {' · '.join(values)} | {words[is_reached]} |"
        for what, (reach, values, is_reached) in figures(results).items()
    ]
    line = "\n".join
    return f"""# How fast the portal answers
Written by `python -m benchmarks.delivery`, a part of `make bench`, on {datetime.now(UTC):%Y-%m-%d}; not edited by hand.

![Requests a second of each server](images/delivery-bench.svg)

Two values: asked without compression (`{load.PLAIN}`) · asked as browsers ask (`{load.COMPRESSED}`). “yes” means that
both reach it.

| figure | reach | measured | reached |
| --- | --- | --- | --- |
{line(reached)}

## Side by side
{line(row for encoding in results.loads for row in _side_by_side(results, encoding))}
### Other figures
| site | database queries a warm request | page made anew, ms | cold start, s |
| --- | ---: | ---: | ---: |
{line(_other_figures(results, name) for name in (PORTAL, CMS, WAGTAIL))}

## How it was measured
- Every site has the same menu of 8 by 8 and the same page: about 20 kB of text in ten parts, in each site’s own frame.
  Before and after the load each answer is checked: status 200, all of the text, all of the menu. nginx and the constant
  application give the portal’s own bytes; nginx has them compressed (gzip) beforehand, too. The two CMSs do not
  compress as they ship.
- nginx: one process, what Debian sets (`sendfile`, `tcp_nopush`, no `open_file_cache`), no log. The portal’s files by
  nginx: deploy/nginx.conf on top, without its TLS, for the other nginx has none.
- Servers on core 0, one process each; wrk on core 1 with {load.CONNECTIONS} connections; both at
  {"real-time" if is_real_time() else "normal"} priority. All run at once and are loaded in turn,
  {results.rounds} rounds of {results.seconds} s, each round beginning with another one. Rates and times are medians; a
  ratio is the median of the rounds’ own ratios.
- Every Python site is on SQLite and on the same server with the same options, DEBUG off. django CMS: `django-admin
  startproject` and `djangocms .`, with its page cache. Wagtail: `wagtail start`, with Django’s cache middleware for the
  whole site. Both from PyPI alone.
- Processor time: user and system time of all processes of the server, from /proc, divided by wrk’s requests.
- A page made anew: without the store (portal), page cache (django CMS) or site cache (Wagtail), one request after the
  other; each site’s other caches stay. The portal’s includes compressing.
- Stale answers: the tests of faults that `make faults` runs, on PostgreSQL: each publish by the editor’s button, a busy
  page and a quiet one in turn, both in every page’s menu; readers ask all the while. A second host is a second server
  with nothing but the database in common.
- Cold start: from starting the server, its database ready and no page finished, to the page’s first 200.

| what | version |
| --- | --- |
{line(f"| {what} | {version} |" for what, version in results.versions.items())}

```
{line(_command(command) for command in results.commands)}
```
"""


def _side_by_side(results, encoding):
    loads = results.loads[encoding]
    yield f"### Accept-Encoding: {encoding}"
    yield "| server | requests a second | slowest to fastest round | ÷ nginx | processor ms a request | bytes |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for name, found in sorted(loads.items(), key=lambda item: -item[1].rate):
        spread = f"{min(found.rates):,.0f} to {max(found.rates):,.0f}"
        share = load.ratio(found, loads[NGINX])
        size = results.sizes[encoding][name]
        yield f"| {name} | {found.rate:,.0f} | {spread} | {share:.4f} | {found.cost:.3f} | {size:,} |"
    yield ""


def _other_figures(results, name):
    anew = f"{results.uncached[SMALL]:.1f}; with {sites.LARGE:,} pages {results.uncached[LARGE]:.1f}"
    if name != PORTAL:
        anew = f"{results.uncached[name]:.1f}"
    return f"| {name} | {results.queries[name]:g} | {anew} | {statistics.median(results.starts[name]):.2f} |"


def _command(command):
    """The command without the folders of the machine that ran it."""
    return shlex.join(part.rpartition("/")[2] if part.startswith("/") else part for part in command)


def chart(results):
    """Horizontal bars of requests a second, as SVG that names its values as text."""
    measured = sorted(results.loads[load.COMPRESSED].items(), key=lambda item: -item[1].rate)
    row, left, width = 34, 250, 420
    bars = []
    for number, (name, found) in enumerate(measured):
        top = 40 + number * row
        length = max(1, width * found.rate / measured[0][1].rate)
        color = "#005ea2" if name.startswith("Portal") else "#71767a"
        bars += [
            f'<text x="{left - 10}" y="{top + 17}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{left}" y="{top}" width="{length:.1f}" height="24" fill="{color}"/>',
            f'<text x="{left + length + 8:.1f}" y="{top + 17}">{found.rate:,.0f}</text>',
        ]
    title = "Requests a second on one processor core, asked as browsers ask"
    values = "; ".join(f"{name}: {found.rate:,.0f}" for name, found in measured)
    box = f"0 0 {left + width + 90} {row * len(measured) + 50}"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" aria-labelledby="title description"
  font-family="system-ui, sans-serif" font-size="14" fill="#1b1b1b">
<title id="title">{title}</title>
<desc id="description">{escape(values)}</desc>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="10" y="24" font-weight="bold">{title}</text>
{"".join(bars)}
</svg>
"""
