from django import template

from mscoe_portal.accounts.permissions import user_can_reset_second_factor

register = template.Library()
register.filter("can_reset_second_factor_of", user_can_reset_second_factor)
