"""`make bench`: print the figures of the README. They are ratios, counts and medians; nothing here fails on a slow day.

`python -m benchmarks pages` measures only what needs no fresh clone.
"""

import os
import platform
import statistics
import sys
from importlib.metadata import version

from django.conf import settings

from benchmarks import pages, start


def machine():
    """One line on where this runs, and how busy it is."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("Django", "django-cms", "granian"))
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), load {os.getloadavg()[0]:.1f}; {platform.system()}, "
        f"Python {platform.python_version()}, {packages}"
    )


def table(heads, rows):
    """Lines of a Markdown table; the first column is words, the others are numbers."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def table_of_pages(rows, sizes):
    """A row for each page; without the bytes when `sizes` is empty."""
    heads = [
        "page",
        "queries",
        "ms",
        "processor ms",
        "least",
        "first",
        "×",
        "grade",
        *(["HTML", "CSS", "JS"] if sizes else []),
    ]
    lines = []
    for row in rows:
        times = [f"{row[name]:.1f}" for name in ("wall", "processor", "least", "first")]
        grade = "" if row["grade"] is None else f"{row['grade']:.1f}"
        line = [row["address"], row["queries"], *times, f"{row['ratio']:.0f}", grade]
        lines.append(line + [f"{size:,}" for size in sizes.get(row["address"], {}).values()])
    return table(heads, lines)


def table_of_goals(number, rows, rules, sizes, starts):
    """What is to be reached, beside what is."""
    typical = {name: statistics.median(row[name] for row in rows) for name in ("wall", "processor", "least", "first")}
    lines = [
        ["queries of an uncached page, the most", "25", max(row["queries"] for row in rows)],
        [
            f"an uncached page at {number} pages, median of all pages",
            "25 ms",
            "{wall:.1f} ms; processor {processor:.1f} ms, least {least:.1f} ms".format(**typical),
        ],
        ["the same, right after a publish", "–", "{first:.1f} ms".format(**typical)],
        ["reading grade, the highest", "8", f"{max(row['grade'] or 0 for row in rows):.1f}"],
    ]
    words, wall, processor = rules
    lines.append([f"rules for publication, on {words} words", "150 ms", f"{wall:.1f} ms; processor {processor:.1f} ms"])
    for kind, most in (("HTML", 6), ("CSS", 8), ("JS", 3)) if sizes else ():
        largest = max(size[kind] for size in sizes.values())
        lines.append([f"{kind} of a first visit (brotli), the most", f"{most} kB", f"{largest / 1000:.1f} kB"])
    if starts:
        lines.append(["fresh clone to first page", "180 s", f"{starts[0]:.0f} s"])
        lines.append(["second start", "5 s", f"{starts[1]:.1f} s"])
    return table(["what", "to reach", "reached"], lines)


def main(*parts):
    number, rows, rules = pages.measure()
    *of_pages, _constant = rows
    sizes, starts = {}, ()
    if "pages" not in parts:
        languages = ["", *(f"/{code}" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)]
        *starts, sizes = start.measure([language + row["address"] for language in languages for row in of_pages])
    sys.stdout.write(
        f"{machine()}\n\n"
        f"{table_of_goals(number, of_pages, rules, sizes, starts)}\n\n"
        f"Each page, made anew {pages.ROUNDS} times on a site of {number} pages: medians. × is the ratio of its "
        f"processor time to that of a view that does nothing.\n\n"
        f"{table_of_pages(rows, sizes)}\n"
    )


main(*sys.argv[1:])
