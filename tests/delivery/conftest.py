"""What these tests are not about: how fast the machine is."""

import pytest


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Nothing watches the database here, so nothing may count it as gone after a while; and a render may take long."""
    monkeypatch.setattr("mscoe_portal.delivery.generation.PATIENCE", 600)
    monkeypatch.setattr("mscoe_portal.delivery.pages.LIVE_SECONDS", 60)


@pytest.fixture(autouse=True)
def no_thread_that_writes_counts(monkeypatch):
    monkeypatch.setattr("mscoe_portal.counts.Counts.share", lambda counts: None)
