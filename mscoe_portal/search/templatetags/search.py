from django import template
from django.utils.translation import get_language

from mscoe_portal.untranslated import reverse_in

register = template.Library()


@register.simple_tag
def search_address():
    """`{% search_address as address %}`: where the search is, in the reader's language; "" while no page carries it."""
    return reverse_in(get_language(), "search")
