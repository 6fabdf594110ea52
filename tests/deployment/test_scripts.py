"""What lies in deploy/ can be read by the programs that it is for. (`make deploy-check` tries it.)"""

import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from mscoe_portal.backup.management.commands.backup import Command as Backup
from tests.faults.nginx import Nginx

DEPLOY = Path(__file__).parents[2] / "deploy"
SCRIPTS = [*sorted(DEPLOY.glob("*.sh")), DEPLOY / "portal-manage"]
UNITS = sorted(path for path in DEPLOY.glob("portal*.*") if path.is_file())
# Settings of single instances.
DROP_INS = sorted(DEPLOY.glob("*.d/*.conf"))
NOT_HERE = re.compile(r".*: Command /srv/portal/\S+ is not executable: No such file or directory")


def told_by(*command):
    """What a program says, line by line, whatever it ends with."""
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout.splitlines()


def need(program, package):
    if not shutil.which(program):
        pytest.skip(f"{program} is missing; on Debian: apt install {package}")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_shell_can_read_every_script(script):
    assert told_by("bash", "-n", script) == []


@pytest.mark.slow
def test_shellcheck_finds_nothing():
    need("shellcheck", "shellcheck")
    assert told_by("shellcheck", "--external-sources", *SCRIPTS) == []


def test_systemd_knows_every_setting_of_the_units():
    need("systemd-analyze", "systemd")
    named = [DEPLOY / unit.name.replace("@.", "@trial.") for unit in UNITS]
    named += [path.parent.with_suffix("") for path in DROP_INS]
    told = told_by("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *named)
    assert [line for line in told if not NOT_HERE.fullmatch(line)] == []


def test_nobody_is_told_to_enable_or_disable_units_by_a_pattern():
    # systemctl then changes nothing, and ends with 0.
    texts = [*SCRIPTS, DEPLOY.parent / "docs" / "operations.md", DEPLOY.parent / "README.md"]
    told = [line for text in texts for line in text.read_text().splitlines()]
    assert [line for line in told if re.search(r"systemctl (en|dis)able [^;`&|]*\*", line)] == []


def test_every_unit_and_its_drop_ins_are_installed():
    installed = re.search(r"for unit in ([^;]*);", (DEPLOY / "release.sh").read_text())[1].split()
    assert sorted(installed) == sorted(str(path.relative_to(DEPLOY)) for path in [*UNITS, *DROP_INS])


def test_the_daily_backup_keeps_what_the_command_understands():
    text = (DEPLOY / "portal-daily@backup.service.d" / "keep.conf").read_text()
    options = re.search(r'^Environment="OPTIONS=(.*)"$', text, re.MULTILINE)[1].split()
    parser = Backup().create_parser("manage.py", "backup")
    told = parser.parse_args(options)
    assert (told.keep, told.keep_monthly) == (14, 12)


def test_nginx_takes_its_configuration(tmp_path):
    nginx = Nginx(SimpleNamespace(port=1, directory=tmp_path), tmp_path / "nginx")
    assert "test is successful" in told_by(*nginx.command, "-t")[-1]


def test_a_release_holds_every_folder_of_the_repository_that_the_site_reads():
    contents = re.search(r"contents=\(([^)]*)\)", (DEPLOY / "release.sh").read_text())[1].split()
    listed = subprocess.run(["git", "ls-files"], cwd=DEPLOY.parent, check=True, capture_output=True, text=True).stdout
    top = {path.partition("/")[0] for path in listed.splitlines() if not path.startswith(".")}
    left_out = {
        "Makefile",
        "SECURITY.md",
        "benchmarks",
        "requirements-dev.in",
        "requirements-dev.txt",
        "styles",
        "tests",
    }
    assert set(contents) == top - left_out - {"requirements.in"}
