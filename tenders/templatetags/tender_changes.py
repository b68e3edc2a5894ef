"""`{{ tender|in_short }}`: the lines that say what its version changed."""

from django import template

from tenders.pages import versions
from tenders.tender import Tender

register = template.Library()


@register.filter
def in_short(tender: Tender) -> list[str]:
    return versions.in_short(tender)
