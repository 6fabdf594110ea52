"""Loading content that nobody has approved: the one exception to the clinical review, and marked as such."""

from contextlib import contextmanager
from contextvars import ContextVar

_is_loading = ContextVar("is_loading", default=False)


@contextmanager
def loading():
    """Inside, versions can be published without approval. The review writes down each: "loaded, never reviewed"."""
    token = _is_loading.set(True)
    try:
        yield
    finally:
        _is_loading.reset(token)


def is_loading():
    return _is_loading.get()
