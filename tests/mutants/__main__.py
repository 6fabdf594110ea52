"""`make mutants`: break a copy of the site in one known way at a time, and tell which test notices it.

No file of the checkout changes. Exits with 1 where a test fails on the copy as it is, or more than one fault is missed;
where faults were asked for by name, if any is missed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.mutants.mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[2]
MAY_BE_MISSED = 1
TIME_LIMIT = 900  # seconds for one run of pytest
# What a fallback looks at: all that readers meet.
EVERYTHING = (
    "tests/browser",
    "tests/navigation",
    "tests/stemcells",
    "tests/search",
    "tests/mscoe_portal",
    "tests/test_pages.py",
)


def copy_of_the_site(folder):
    """Copy all files that git knows or would take into `folder`; the tests' own tools are linked."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    tools = Path("tests/node_modules")
    if (ROOT / tools).exists():
        (folder / tools).symlink_to(ROOT / tools)
    return folder


def run(folder, tests, about):
    """Run `tests` (files) in `folder`. Returns the first that failed; None: all passed."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-migrations", "-p", "no:cacheprovider", *tests]
    result = subprocess.run(
        [*command, *(["-k", about] if about else [])],
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
        timeout=TIME_LIMIT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    if result.returncode == 0:
        return None
    failed = first_failure(result.stdout)
    if result.returncode != 1 or not failed:
        raise RuntimeError(
            f"pytest could not run {tests} -k {about!r}:\n{result.stdout[-2000:]}{result.stderr[-1000:]}"
        )
    return failed


def first_failure(output):
    """The first test that failed, as pytest tells it in `output`; None: none. A fixture's error tells of no fault."""
    failed = re.search(r"^FAILED \S*?::(\S+)", output, re.MULTILINE)
    return failed and failed[1]


def is_enough(missed, *, asked_for_by_name):
    """Whether not too many of the faults were `missed`."""
    return len(missed) <= (0 if asked_for_by_name else MAY_BE_MISSED)


def try_one(mutant, folders, *, try_all):
    """Break one of the `folders`, test it, and mend it. Returns (mutant, what noticed it or None, seconds)."""
    folder = folders.get()
    file = folder / mutant.file
    whole = file.read_text()
    started = time.monotonic()
    try:
        file.write_text(mutant.applied_to(whole))
        noticed = run(folder, mutant.tests, mutant.about)
        if noticed is None and try_all:
            noticed = run(folder, EVERYTHING, "")
    finally:
        file.write_text(whole)
        folders.put(folder)
    return mutant, noticed, time.monotonic() - started


def show(text):
    """Write one line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main():
    """Try the mutants whose names hold the words given, all by default."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("words", nargs="*", help="only mutants whose name has one of these words")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at the same time")
    parser.add_argument("--all", action="store_true", help="what the expected tests miss is shown to all others")
    parser.add_argument("--no-control", action="store_true", help="do not run the tests on the unbroken site first")
    options = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if not options.words or any(word in mutant.name for word in options.words)]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="portal-mutants-") as temporary, ThreadPoolExecutor(options.jobs) as pool:
        folders = Queue()
        for number in range(options.jobs):
            folders.put(copy_of_the_site(Path(temporary) / str(number)))
        wrong = []
        if not options.no_control:
            wrong = [
                failed for failed in pool.map(lambda part: control(part, folders), sorted(parts(chosen))) if failed
            ]
            show(f"The site as it is: {'wrong in ' + ', '.join(wrong) if wrong else 'all these tests pass'}")
        results = pool.map(lambda mutant: try_one(mutant, folders, try_all=options.all), chosen)
        missed = []
        for mutant, noticed, seconds in results:
            outcome = "caught" if noticed else "MISSED"
            show(f"{outcome:8}{mutant.criterion:12}{mutant.name:52}{seconds:5.0f} s  {noticed or ''}")
            missed += [] if noticed else [mutant.name]
    show(f"{len(chosen) - len(missed)} of {len(chosen)} caught, in {time.monotonic() - started:.0f} s")
    return 0 if not wrong and is_enough(missed, asked_for_by_name=bool(options.words)) else 1


def parts(mutants):
    """The runs that the `mutants` ask for, each once: (files, -k)."""
    return {(mutant.tests, mutant.about) for mutant in mutants}


def control(part, folders):
    """Run the tests of one part on the unbroken site; returns what failed, or None."""
    folder = folders.get()
    try:
        return run(folder, *part)
    finally:
        folders.put(folder)


if __name__ == "__main__":
    sys.exit(main())
