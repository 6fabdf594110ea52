"""`make screen-reader`: run the screen reader's tests some times over, and tell whether the same words were said."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.screen_reader import transcripts

TESTS = Path(__file__).parent
LONGEST_RUN = 90  # seconds, of all tests
WRITTEN = TESTS.parents[1] / "var" / "screen-reader"


def main():
    parser = argparse.ArgumentParser(prog="make screen-reader", description=__doc__)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--browser", default="chromium", choices=["chromium", "firefox"])
    options = parser.parse_args()
    folders = [WRITTEN / f"{options.browser}-{number}" for number in range(1, options.runs + 1)]
    expected = words(transcripts.FOLDER) if options.browser == "chromium" else None
    good = in_time = 0
    for number, folder in enumerate(folders, start=1):
        passed, seconds = run(number, options.browser, folder)
        expected = expected or words(folder)
        is_same = words(folder) == expected
        good += passed and is_same
        in_time += seconds <= LONGEST_RUN
        tell("    the same words" if is_same else f"    other words: see {folder}")
    source = "docs/transcripts/" if options.browser == "chromium" else "the first run"
    tell(f"{good} of {options.runs} runs passed with the same words as {source}.")
    if in_time < options.runs:
        tell(f"{options.runs - in_time} of {options.runs} runs took longer than {LONGEST_RUN} s, and may not.")
    sys.exit(good < options.runs or in_time < options.runs)


def run(number, browser, folder):
    """Run the tests once, with transcripts written to `folder`; tell how it went. Returns: did all pass; seconds."""
    shutil.rmtree(folder, ignore_errors=True)
    environment = os.environ | {"SCREEN_READER_BROWSER": browser, "TRANSCRIPTS": str(folder)}
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", str(TESTS)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        printed, _errors = process.communicate()
    except KeyboardInterrupt:
        # Ctrl+C reaches the tests as well. They take seconds to end Orca and its desktop, which would stay otherwise.
        process.communicate()
        raise
    seconds = time.monotonic() - started
    if process.returncode:
        tell(printed)
    outcome = printed.strip().rpartition("\n")[2].partition(" in ")[0]
    tell(f"Run {number}: {outcome}, {seconds:.0f} s, load {os.getloadavg()[0]:.1f}")
    return process.returncode == 0, seconds


def words(folder):
    """What is said in the transcripts of a folder: {file name: utterances}."""
    return {
        file.name: transcripts.utterances(file.read_text()) for file in folder.glob("*.md") if file.name != "README.md"
    }


def tell(line):
    print(line, flush=True)  # noqa: T201 - a command tells what it found


if __name__ == "__main__":
    main()
