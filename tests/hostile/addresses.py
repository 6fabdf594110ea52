"""Every address of the site, as its URL resolver knows it."""

import uuid
from collections.abc import Callable
from itertools import product
from typing import NamedTuple
from urllib.parse import quote

from django.urls import Resolver404, get_resolver, resolve
from django.utils.regex_helper import normalize

# Tried for each part of an address, one after another, until the address leads to its own view.
SAMPLES = ["1", "x", "en", "cms", str(uuid.UUID(int=1)), "1/x", "test.png"]


class Address(NamedTuple):
    """One pattern. `form` is a format string (with %), `parts` names what it is filled with."""

    route: str
    name: str
    view: Callable
    form: str
    parts: tuple

    @property
    def is_staff(self):
        return self.form.startswith(("admin/", "cms_wizard/"))

    def path(self, values=None, *, rest="1"):
        """The path with `values` (text or bytes) for its parts, as a browser writes it; `rest` for those without."""
        filled = {part: quote((values or {}).get(part, rest), safe="/%") for part in self.parts}
        return "/" + self.form % filled

    def sample(self):
        """A path that leads here, or to the page of the review that stands before it. Raises LookupError."""
        for values in product(SAMPLES, repeat=len(self.parts)):
            path = self.path(dict(zip(self.parts, values, strict=True)))
            try:
                match = resolve(path)
            except Resolver404:
                continue
            if match.route == self.route or "review" in match.app_names:
                return path
        raise LookupError(f"No value of SAMPLES leads to {self.route}")


def addresses():
    """All of them, in the order in which they are looked for."""
    return [*_walk(get_resolver())]


def _walk(resolver, regex="", route=""):
    for pattern in resolver.url_patterns:
        # As the resolver writes them one behind another when it reverses.
        joined = regex + pattern.pattern.regex.pattern.removeprefix("^")
        whole = route + (str(pattern.pattern).removeprefix("^") if route else str(pattern.pattern))
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern, joined, whole)
        else:
            form, parts = max(normalize(joined), key=lambda possibility: len(possibility[1]))
            yield Address(whole, pattern.name or "", pattern.callback, form, tuple(parts))
