from django import template

from mscoe_portal.review.taking_over import since_when_locked

register = template.Library()
register.filter("locked_since", since_when_locked)
