"""What our own code does not do: write past the guards, or give a version its state."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for package in ("mscoe_portal", "stemcells")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
]
# These send no signal, so no guard sees them.
SILENT = {"update", "bulk_update", "bulk_create", "abulk_update", "abulk_create", "aupdate", "raw", "execute"}
SILENT |= {"move_plugin", "_raw_delete"}
# Each use that there is, and why it passes no guard by.
LOOKED_AT = {
    ("mscoe_portal/accounts/second_factor.py", "bulk_create"): "recovery codes",
    ("mscoe_portal/backup/archive.py", "update"): "a hash",
    ("mscoe_portal/backup/packing.py", "execute"): "begins a snapshot",
    ("mscoe_portal/progress.py", "update"): "a bar",
    ("mscoe_portal/backup/restoring.py", "execute"): "counts who is connected",
    ("mscoe_portal/backup/rows.py", "execute"): "restores what was backed up, as a whole",
    ("mscoe_portal/backup/rows.py", "update"): "a hash",
    ("mscoe_portal/changed_date.py", "update"): "a page's date: bookkeeping, at a publish",
    ("mscoe_portal/checks.py", "execute"): "asks for the time",
    ("mscoe_portal/counts.py", "update"): "a dict",
    ("mscoe_portal/delivery/generation.py", "execute"): "listens",
    ("mscoe_portal/delivery/models.py", "update"): "the generation",
    ("mscoe_portal/delivery/triggers.py", "execute"): "makes triggers",
    ("mscoe_portal/monitoring/metrics.py", "update"): "a dict",
    ("mscoe_portal/monitoring/parts.py", "execute"): "asks whether the database answers",
    ("mscoe_portal/navigation/old_addresses.py", "bulk_create"): "old addresses",
    ("mscoe_portal/review/currency.py", "execute"): "asks how the public contents stand",
    ("mscoe_portal/review/gate.py", "bulk_create"): "who holds a lock",
    ("mscoe_portal/review/gate.py", "update"): "a submission's outcome",
    ("mscoe_portal/review/guards.py", "bulk_create"): "who wrote what lies on a clipboard",
    ("mscoe_portal/review/guards.py", "update"): "a set",
    ("mscoe_portal/review/querysets.py", "bulk_create"): "new entries of the audit",
    ("mscoe_portal/review/sharing.py", "update"): "the end of a link",
    ("mscoe_portal/search/index.py", "bulk_create"): "the search's index",
    ("mscoe_portal/settings.py", "update"): "a dict",
    ("stemcells/seed.py", "update"): "a dict, and the site's name",
    ("stemcells/upload_files.py", "update"): "the place of an upload that nothing shows yet",
}
# What gives a version its state besides versioning's own methods.
STEPS = {"_set_publish", "_set_unpublish", "_set_archive"}


def calls(path):
    """Yield (name of the function or method, its node) for each call in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def found(wanted):
    return {(str(path.relative_to(ROOT)), name) for path in SOURCES for name, node in calls(path) if wanted(name, node)}


def test_each_write_that_sends_no_signal_was_looked_at():
    assert found(lambda name, node: name in SILENT) == set(LOOKED_AT)


def test_no_version_is_given_its_state():
    def gives_state(name, node):
        names_version = "Version" in ast.unparse(node.func).split(".")
        has_state = any(keyword.arg == "state" for keyword in node.keywords)
        return name in STEPS or (
            name in {"create", "Version", "get_or_create", "update_or_create"} and names_version and has_state
        )

    assert not found(gives_state)


def test_the_gate_is_passed_in_the_gate_alone():
    """`guards` trusts a version that says it has passed."""
    assert {path.name for path in SOURCES if "passed_gate = " in path.read_text()} == {"gate.py"}


def test_only_seeds_are_loaded():
    """Inside `loading()` neither gate nor guard stands."""
    assert found(lambda name, node: name == "loading") == {("stemcells/seed.py", "loading")}


def test_no_template_makes_an_alias():
    """`static_alias` would make a draft of an alias that is missing, whoever looks."""
    assert not [path for path in (ROOT / "templates").rglob("*.html") if "{% static_alias" in path.read_text()]
