"""The main menu, two levels, as Wagtail's own tutorial makes it: a tag that asks the tree."""

from django import template
from wagtail.models import Site

register = template.Library()


@register.inclusion_tag("home/main_menu.html", takes_context=True)
def main_menu(context):
    root = Site.find_for_request(context["request"]).root_page
    topics = root.get_children().live().in_menu()
    return {
        "topics": [(topic, topic.get_children().live().in_menu()) for topic in topics],
        "request": context["request"],
    }
