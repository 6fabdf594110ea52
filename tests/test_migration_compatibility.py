"""While deploy/upgrade.sh switches, and after going back, a release runs on the tables of the next one.

So whatever a migration does that came after the last release, the code of that release must live with it: no column or
table goes or gets another name, nothing becomes required without a default in the database. (It takes two releases: one
that does without it, one that drops it.) django-migration-linter knows the rules; here it is told what is new.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
from django_migration_linter import MigrationLinter

# The linter leaves the output of git open.
pytestmark = [pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")]

ROOT = Path(__file__).parents[1]
# {(app, migration): why the release before can live with it all the same}.
EXCEPTIONS = {}
DROPS_A_COLUMN = """
from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [("search", "{last}")]
    operations = [migrations.RemoveField("searchentry", "title")]
"""
ADDS_A_TABLE = """
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("search", "{last}")]
    operations = [migrations.CreateModel("Trial", [("id", models.BigAutoField(primary_key=True))])]
"""


def git(repository, *arguments):
    command = ["git", "-C", repository, "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def last_release(repository):
    """The last tag `v…` before this commit. Until there is one: the commit since which sites can be upgraded."""
    if tags := git(repository, "tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname"):
        return tags.splitlines()[0]
    return git(repository, "log", "--format=%H", "--diff-filter=A", "--reverse", "--", "deploy/upgrade.sh").split()[0]


def lint(repository, commit):
    """What the linter says of the migrations that came after `commit`, and how many are wrong."""
    linter = MigrationLinter(str(repository), no_cache=True, ignore_name=[name for _app, name in EXCEPTIONS])
    linter.lint_all_migrations(git_commit_id=commit)
    return linter.nb_total, linter.nb_erroneous


@pytest.fixture
def repository(tmp_path, monkeypatch, settings):
    """A repository with a tag and the migrations of `search`, which Django reads from there."""
    package = f"trial_{tmp_path.name}"  # Python imports a name once
    shutil.copytree(ROOT / "mscoe_portal/search/migrations", tmp_path / package / "migrations")
    (tmp_path / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"search": f"{package}.migrations"}
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    git(tmp_path, "tag", "v1.0.0")
    return tmp_path


def commit(repository):
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "Something")


def add_migration(repository, text):
    folder = next(repository.glob("*/migrations"))
    last = max(path.stem for path in folder.glob("0*.py"))
    (folder / "0999_trial.py").write_text(text.format(last=last))
    commit(repository)


@pytest.mark.needs_postgresql
@pytest.mark.django_db
def test_the_release_before_can_live_with_every_new_migration(capsys):
    _new, wrong = lint(ROOT, last_release(ROOT))
    assert not wrong, capsys.readouterr().out


@pytest.mark.needs_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(("text", "wrong"), [(DROPS_A_COLUMN, 1), (ADDS_A_TABLE, 0)])
def test_a_new_migration_is_found_and_a_column_that_goes_is_wrong(repository, text, wrong):
    add_migration(repository, text)
    assert lint(repository, last_release(repository)) == (1, wrong)


def test_the_last_release_is_the_newest_tag_of_this_line(repository):
    (repository / "more").touch()
    commit(repository)
    git(repository, "tag", "v1.1.0")
    git(repository, "tag", "not-a-release")
    assert last_release(repository) == "v1.1.0"


def test_without_a_tag_it_is_the_commit_since_which_sites_can_be_upgraded(repository):
    git(repository, "tag", "--delete", "v1.0.0")
    (repository / "deploy").mkdir()
    (repository / "deploy" / "upgrade.sh").touch()
    commit(repository)
    expected = git(repository, "rev-parse", "HEAD")
    (repository / "deploy" / "upgrade.sh").write_text("changed")
    commit(repository)
    assert last_release(repository) == expected
