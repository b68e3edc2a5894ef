"""The badge of a certificate: its state in words, drawn so that it can be read on any ground."""

from collections.abc import Iterable
from html import escape
from textwrap import wrap

from django.utils.formats import date_format
from django.utils.translation import gettext

from standards.attestation.certificates import Certificate
from standards.registry.marks import arcs

WIDTH, MARK, EDGE = 300, 52, 14
WIDE = 30  # characters that fit a line beside the mark, at the widest usual letters
INK, SOFT, GROUND, LINE = "#10242c", "#46585f", "#ffffff", "#8fa2a9"
COLOURS = {"valid": "#0b5a70", "suspended": "#805000"}  # else the colour of what ended
ENDED = "#a21f2d"


def badge(certificate: Certificate, status: str) -> str:
    """The SVG, in the reader's language. `status` is what `status_at()` says."""
    name, state = certificate.facts["solution"]["name"], told(certificate, status)
    level = certificate.facts["level"]
    edition = certificate.facts["edition"]["name"] + (f", {level['label']}" if level else "")
    whole = gettext("%(name)s: %(title)s, %(edition)s. %(state)s. %(number)s") % {
        "name": name,
        "title": certificate.title,
        "edition": edition,
        "state": state,
        "number": certificate.number,
    }
    colour = COLOURS.get(status, ENDED)
    lines = [
        *styled(state, colour, 15, "700", WIDE - 3),
        *styled(certificate.title, INK, 13, "600", WIDE),
        *styled(edition, INK, 12, "400", WIDE + 4),
        *styled(certificate.number, SOFT, 12, "400", WIDE + 4),
    ]
    return drawn(whole, lines, arcs(certificate.assurance, ink=colour, struck=status != "valid"))


def told(certificate: Certificate, status: str) -> str:
    """How it stands, so that nobody takes what has ended for what holds."""
    if status == "valid":
        until = date_format(certificate.valid_until, "DATE_FORMAT")
        return gettext("Valid to %(date)s") % {"date": until}
    return {
        "suspended": gettext("Suspended: not valid now"),
        "withdrawn": gettext("Withdrawn: not valid"),
        "superseded": gettext("Replaced: not valid"),
        "expired": gettext("Expired: not valid"),
    }[status]


def styled(
    words: str, colour: str, size: int, weight: str, wide: int
) -> Iterable[tuple[str, str, int, str]]:
    return [(line, colour, size, weight) for line in wrap(words, wide) or [""]]


def drawn(whole: str, lines: list[tuple[str, str, int, str]], mark: str) -> str:
    down, texts = EDGE, []
    for words, colour, size, weight in lines:
        down += size + 5
        texts.append(
            f'<text x="{MARK + 2 * EDGE}" y="{down - 4}" fill="{colour}" font-size="{size}" '
            f'font-weight="{weight}" text-anchor="start">{escape(words)}</text>'
        )
    height = max(down + EDGE, MARK + 2 * EDGE)
    place = f'x="{EDGE}" y="{(height - MARK) // 2}" width="{MARK}" height="{MARK}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="words">'
        f'<title id="words">{escape(whole)}</title>'
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8" '
        f'fill="{GROUND}" stroke="{LINE}"/>'
        f'<svg {place} viewBox="0 0 24 24" aria-hidden="true">{mark}</svg>'
        '<g font-family="system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif">'
        f"{''.join(texts)}</g></svg>\n"
    )
