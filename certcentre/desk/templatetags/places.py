"""`{{ code|country }}` and `{{ code|language }}`: names in the reader's language;
`{{ moment|at_place:zone }}`: a moment as the clocks there show it, and as UTC;
`{{ moment|day_at:zone }}`: the day that it was there;
`{{ price|money:currency }}`: an amount with its currency;
`{{ code|own_name }}` and `{{ code|direction }}`: a language as its speakers call and write it."""

from datetime import datetime

from django import template
from django.utils.formats import date_format

from certcentre import places, zones

register = template.Library()
register.filter("country", places.country)
register.filter("language", places.language)
register.filter("at_place", zones.written)
register.filter("money", places.money)
register.filter("own_name", places.own_name)
register.filter("direction", places.direction)


@register.filter
def day_at(moment: datetime | None, zone: str) -> str:
    return date_format(zones.day_of(moment, zone)) if moment else ""
