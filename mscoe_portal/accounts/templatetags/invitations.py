"""`{% load invitations %}`: whether a person has accepted the invitation."""

from django import template

from mscoe_portal.accounts.invitations import is_open

register = template.Library()
register.filter("has_open_invitation", is_open)
