"""Kills a process of the server, or all of them, at a step of a publish: as the file `kill-at` in DELIVERY_DIR says."""

import os
import signal

from django.conf import settings
from django.db import transaction
from djangocms_versioning.signals import post_version_operation, pre_version_operation

STEPS = ["before", "in the transaction", "at its end", "after the commit", "before the answer"]


def kill_at(step):
    path = settings.DELIVERY_DIR / "kill-at"
    if path.exists() and path.read_text() in {step, f"{step}, the whole server"}:
        is_all = path.read_text() != step
        path.unlink()
        os.killpg(0, signal.SIGKILL) if is_all else os.kill(os.getpid(), signal.SIGKILL)


def at_start(**kwargs):
    kill_at("in the transaction")


def at_end(**kwargs):
    kill_at("at its end")
    transaction.on_commit(lambda: kill_at("after the commit"))


class KillMiddleware:
    """The innermost middleware: before the view, and when it is done."""

    def __init__(self, get_response):
        self.get_response = get_response
        pre_version_operation.connect(at_start)
        post_version_operation.connect(at_end)

    def __call__(self, request):
        if request.path.endswith("/publish/"):
            kill_at("before")
        response = self.get_response(request)
        if request.path.endswith("/publish/"):
            kill_at("before the answer")
        return response
