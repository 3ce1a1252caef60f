"""`{% load account_words %}`: what a browser calls itself, in words."""

from django import template

from accounts import devices

register = template.Library()
register.filter("device", devices.describe)
register.filter("is_handheld", devices.is_handheld)
