from django import template
from django.forms.widgets import Input, Textarea
from djangocms_text.widgets import TextEditorWidget

register = template.Library()


@register.filter
def says_required(field):
    """Whether a screen reader says of the bound `field` itself that it is required, whatever its label says.

    It does where the reader types, and at a box to tick; Orca does not at a list of choices.
    """
    widget = field.field.widget
    # In place of its text area a text editor puts what carries no attribute.
    is_typed_into = isinstance(widget, Input | Textarea) and not isinstance(widget, TextEditorWidget)
    return is_typed_into and "required" in field.build_widget_attrs({})
