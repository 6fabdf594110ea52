"""Saves that would write over what was saved meanwhile: by somebody else, or by the same person in another window.

A form carries a stamp: for each field, a digest of the value that the form was loaded with. When the form comes back,
a field that only one side has changed merges by itself. A field that both have changed is a conflict: nothing is saved,
and the person sees both texts and what differs, and chooses one or writes a third.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from html import unescape

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import pretty_name
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from mscoe_portal.word_diff import Passage, passages, plain_tokens, rich_tokens

THEIRS = "theirs"
_PLUGIN = re.compile(r'<cms-plugin\b[^>]*?\btitle="([^"]*)"[^>]*>|<cms-plugin\b[^>]*>')
_END_OF_BLOCK = re.compile(r"<br>|</(?:p|h[1-6]|li|blockquote|caption|tr)>")


def as_text(value):
    """`value` of a field, cleaned or from the database, as a text: the same for what counts as the same value."""
    if isinstance(value, models.Model):
        value = value.pk
    if isinstance(value, dict | list):
        value = json.dumps(value, sort_keys=True, default=str)
    return "" if value is None else with_plain_lines(str(value)).strip()


def with_plain_lines(text):
    """`text` with the ends of lines that the first content has. A browser sends others (HTML, "newline-normalized")."""
    return text.replace("\r\n", "\n")


def words_of(html):
    """The words of rich text, a block a line."""
    return unescape(strip_tags(_END_OF_BLOCK.sub("\n", html))).strip()


@dataclass(frozen=True)
class Conflict:
    """A field that both sides have changed: both values in words, and what differs, from theirs to mine."""

    name: str
    label: str
    mine: str
    theirs: str
    passages: list[Passage]

    @property
    def choice(self):
        """Name under which the form sends what the person chose."""
        return f"choice-{self.name}"


def compare(field, name, *, mine, theirs, is_rich=False):
    """The values `mine` and `theirs` of the form field `field` as a Conflict."""
    before, after = _shown(field, theirs), _shown(field, mine)
    tokens = plain_tokens
    if is_rich:
        before, after = (_PLUGIN.sub(r"[\1]", html) for html in (before, after))
        tokens = rich_tokens
    differing = passages(tokens(before), tokens(after))
    if is_rich:
        before, after = words_of(before), words_of(after)
    return Conflict(name, label_of(field, name), after, before, differing)


def label_of(field, name):
    """The label of the form field `field`, as the form shows it."""
    return str(field.label or pretty_name(name))


def _shown(field, value):
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ModelChoiceField):
        choices = {str(row.pk): str(row) for row in field.queryset.filter(pk__in=[as_text(value) or 0])}
    else:
        choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return choices.get(as_text(value), as_text(value))


def _digest(value):
    return hashlib.sha256(as_text(value).encode()).hexdigest()[:16]


class StampField(forms.CharField):
    """The stamp. It says nothing of its own, so it never counts as changed."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data):
        return False


class StampedForm(forms.ModelForm):
    """A form that does not write over what was saved after it was loaded. A form that adds something has no stamp.

    After `is_valid`: `merged`, the labels of the fields whose values were taken from the database, since only the other
    side had changed them; `conflicts`, each with an error at its field. `rich_text` names the fields that hold HTML.
    """

    rich_text = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.conflicts, self.merged, self.stored = [], [], {}
        if self.instance.pk:
            self.stored = {name: self.stored_value(name) for name, field in self.fields.items() if not field.disabled}
            self.fields["stamp"] = StampField(required=False, initial=self._stamp())

    def stored_value(self, name):
        """The value of the field `name` in the database."""
        return self.get_initial_for_field(self.fields[name], name)

    def _stamp(self):
        return json.dumps({name: _digest(value) for name, value in self.stored.items()})

    def _clean_fields(self):
        super()._clean_fields()
        texts = {name: value for name, value in self.cleaned_data.items() if isinstance(value, str)}
        # Else a field that nobody touched would be told as changed, and its approval would be of another text.
        self.cleaned_data |= {name: with_plain_lines(value) for name, value in texts.items()}
        if self.stored:
            self._merge(self._loaded(self.cleaned_data.pop("stamp", "")))

    @staticmethod
    def _loaded(stamp):
        try:
            loaded = json.loads(stamp)
        except ValueError:
            return {}
        return loaded if isinstance(loaded, dict) else {}

    def _merge(self, loaded):
        """Merge with what is stored now; `loaded` is the stamp that came back. A field without one cannot be merged."""
        taken = []
        for name in self.stored.keys() & self.cleaned_data.keys():
            mine, theirs, before = _digest(self.cleaned_data[name]), _digest(self.stored[name]), loaded.get(name)
            is_chosen = self.data.get(self.add_prefix(f"choice-{name}")) == THEIRS
            if mine == theirs:
                continue
            if is_chosen or mine == before:
                taken.append(name)
                self._take(name)
                self.merged += [] if is_chosen else [label_of(self.fields[name], name)]
            elif theirs != before:
                self._refuse(name)
        if self.conflicts:
            self._show_anew(taken)

    def _take(self, name):
        field = self.fields[name]
        try:
            self.cleaned_data[name] = field.clean(field.prepare_value(self.stored[name]))
        except ValidationError as error:
            self.add_error(name, error)

    def _refuse(self, name):
        values = {"mine": self.cleaned_data[name], "theirs": self.stored[name], "is_rich": name in self.rich_text}
        self.conflicts.append(compare(self.fields[name], name, **values))
        self.add_error(name, _("Changed meanwhile. Choose above which text to keep, or write both into one here."))

    def _show_anew(self, taken):
        """The person now sees what is stored: the next save is measured against it."""
        self.data = self.data.copy()
        self.data[self.add_prefix("stamp")] = self._stamp()
        for name in taken:
            value = self.fields[name].prepare_value(self.stored[name])
            if isinstance(self.fields[name], forms.BooleanField) and not value:
                self.data.pop(self.add_prefix(name), None)
            else:
                self.data[self.add_prefix(name)] = as_text(value)
