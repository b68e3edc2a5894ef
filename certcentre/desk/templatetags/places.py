"""`{{ code|country }}` and `{{ code|language }}`: names in the reader's language."""

from django import template

from certcentre import places

register = template.Library()
register.filter("country", places.country)
register.filter("language", places.language)
