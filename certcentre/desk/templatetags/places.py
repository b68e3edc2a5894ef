"""`{{ code|country }}` and `{{ code|language }}`: names in the reader's language;
`{{ moment|at_place:zone }}`: a moment as the clocks there show it, and as UTC;
`{{ price|money:currency }}`: an amount with its currency."""

from django import template

from certcentre import places, zones

register = template.Library()
register.filter("country", places.country)
register.filter("language", places.language)
register.filter("at_place", zones.written)
register.filter("money", places.money)
