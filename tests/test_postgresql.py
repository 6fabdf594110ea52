"""The PostgreSQL of a test run."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, sys
from tests import postgresql

folder = postgresql.start().partition("host=")[2]
if os.fork() == 0:
    sys.exit()
os.wait()
print(folder, os.path.exists(f"{folder}/.s.PGSQL.5432"))
"""


@pytest.mark.needs_postgresql
def test_it_outlives_a_forked_child_and_not_the_process_that_started_it():
    said = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout
    folder, is_there = said.split()
    assert is_there == "True"
    assert not Path(folder).exists()
