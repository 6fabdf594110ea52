from django import template
from django.forms.widgets import Input, Textarea

register = template.Library()


@register.filter
def says_required(field):
    """Whether a screen reader says of the bound `field` itself that it is required, whatever its label says.

    It does where the reader types, and at a box to tick; Orca does not at a list of choices.
    """
    return isinstance(field.field.widget, Input | Textarea) and "required" in field.build_widget_attrs({})
