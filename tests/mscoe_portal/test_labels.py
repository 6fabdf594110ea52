"""A required field is told as such once: by its own attribute where screen readers say it, else by its label."""

import pytest
from django import forms
from djangocms_text.widgets import TextEditorWidget
from lxml import html

TYPED = [forms.CharField(), forms.CharField(widget=forms.Textarea), forms.BooleanField(), forms.EmailField()]
CHOSEN = [
    forms.ChoiceField(choices=[("", "-"), ("a", "A")]),
    forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect),
    forms.CharField(widget=TextEditorWidget),
]


class Named(forms.Form):
    def __init__(self, field, **kwargs):
        super().__init__(**kwargs)
        self.fields["named"] = field


def word_of(form):
    """The word in the label, and whether assistive technology hears it."""
    (word,) = html.fromstring(str(form)).find_class("required-word")
    return word.text, word.get("aria-hidden") != "true"


@pytest.mark.parametrize("field", TYPED)
def test_the_word_is_for_the_eye_where_the_field_says_itself_that_it_is_required(field):
    assert word_of(Named(field)) == ("(required)", False)


@pytest.mark.parametrize("field", CHOSEN)
def test_the_word_is_heard_where_the_field_does_not_say_so_itself(field):
    assert word_of(Named(field)) == ("(required)", True)


def test_the_word_is_heard_in_a_form_that_leaves_the_attribute_out():
    assert word_of(Named(forms.CharField(), use_required_attribute=False)) == ("(required)", True)
