from django import template
from django.db.models import Q
from filer.models import Image

register = template.Library()


@register.simple_tag
def without_text_alternative(files):
    """The pictures among `files` that have no text alternative yet."""
    return Image.objects.filter(
        Q(default_alt_text=None) | Q(default_alt_text=""), pk__in=[file.pk for file in files if isinstance(file, Image)]
    )
