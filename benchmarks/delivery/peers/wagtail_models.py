from django.db import models  # noqa: F401 - the start of the file that `wagtail start` wrote
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
    pass


class TextPage(Page):
    body = RichTextField()
    content_panels = [*Page.content_panels, FieldPanel("body")]
