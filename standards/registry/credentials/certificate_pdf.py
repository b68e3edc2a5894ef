"""What stands on the paper of a certificate, in the reader's language."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from html import unescape
from typing import Any

import segno
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from certcentre import links
from certcentre.places import country
from standards.assessment.claims import had_declared
from standards.assessment.periods import last_day_of
from standards.attestation.certificates import Certificate
from standards.attestation.results import Result
from standards.catalogue.methods import Method
from standards.catalogue.vouching import titles_read
from standards.registry.credentials.store import Credential

WHY: dict[str, Promise] = {
    "not_in_scope": _("It was not part of this examination."),
    "minor": _("A minor nonconformity is being corrected."),
    "major": _("A major nonconformity was found."),
    "excused_rule": _("It does not apply to this product, by a rule of the catalogue."),
    "excused_centre": _("It does not apply to this product; the centre accepted that."),
    "excused_auditor": _("It does not apply to this product; an auditor confirmed that."),
}


def words(certificate: Certificate, credential: Credential) -> dict[str, Any]:
    """JSON values for templates/documents/certificate.typ."""
    facts, day = certificate.facts, certificate.issued_at.date()
    sub = gettext("Release %(label)s, by %(provider)s, %(country)s") % {
        "label": facts["release"]["label"],
        "provider": facts["provider"]["name"],
        "country": country(facts["provider"]["country"]),
    }
    return {
        "title": f"{certificate.title} {certificate.number}: {facts['solution']['name']}",
        "author": facts["body"]["name"],
        "date": [day.year, day.month, day.day],
        "file": f"{certificate.number}.json",
        "media": "application/vc",
        "file_words": gettext("The same as a signed credential for programs"),
        "kicker": certificate.title,
        "number": certificate.number,
        "name": facts["solution"]["name"],
        "sub": sub,
        "mark_words": gettext("Assurance: AL%(level)s") % {"level": certificate.assurance},
        "statement": statement(certificate),
        "facts": pairs(certificate),
        "qr_words": gettext("A code to scan that leads to %(address)s")
        % {"address": address(certificate)},
        "address": address(certificate),
        "check": gettext("Is it valid today? Scan the code or type the address."),
        "check_words": gettext(
            "Only that page tells how it stands now. Paper can be out of date, or copied. The "
            "signed credential is attached to this file; anybody’s program can check it."
        ),
        "digest_words": gettext("SHA-256 of the attached credential:"),
        "digest": credential.digest,
        "listings": [part for part in listings(certificate) if part],
        "says": says(certificate),
    }


def address(certificate: Certificate) -> str:
    return links.full(certificate.get_absolute_url())


@lru_cache(maxsize=2_000)
def square(address: str, css: str | None = None) -> str:
    """The address as a square to scan (SVG): drawn once by a process, 4 KB each."""
    drawn = segno.make(address, micro=False, error="m")
    picture: str = drawn.svg_inline(
        svgclass=css, lineclass=None, omitsize=True, light="#fff", border=3
    )
    return picture


def qr(certificate: Certificate) -> str:
    return square(address(certificate))


def statement(certificate: Certificate) -> str:
    """The sentence of the page, without its markup."""
    context = {"certificate": certificate, "facts": certificate.facts}
    drawn = render_to_string("registry/_certificate_statement.html", context)
    return " ".join(unescape(strip_tags(drawn)).split())


def pairs(certificate: Certificate) -> list[tuple[str, str]]:
    facts = certificate.facts
    level = f", {facts['level']['label']}" if facts["level"] else ""
    until = date_format(date.fromisoformat(facts["accreditation"]["until"]))
    last = last_day_of(certificate.valid_until)
    return [
        (gettext("Assurance"), assurance(certificate)),
        (
            gettext("Issued for"),
            f"{date_format(certificate.issued_at)} – {date_format(last)}",
        ),
        (gettext("Edition"), f"{facts['edition']['name']}{level}"),
        (gettext("Covers"), coverage(facts["counts"])),
        (
            gettext("Attested by"),
            gettext("%(body)s, accredited as %(number)s until %(date)s")
            % {
                "body": facts["body"]["name"],
                "number": facts["accreditation"]["number"],
                "date": until,
            },
        ),
        (gettext("Decided"), decided(certificate)),
        (gettext("Rests on"), facts["declaration"]),
    ]


def decided(certificate: Certificate) -> str:
    """When, and by whom as far as the rows of the examination bear it out."""
    day = {"date": date_format(certificate.decided_at)}
    if certificate.engagement.decision.by_a_second():
        return gettext("On %(date)s, by a second person of the body who did not examine") % day
    return gettext("On %(date)s") % day


def assurance(certificate: Certificate) -> str:
    return gettext("AL4, certified") if certificate.complete else gettext("AL3, verified")


def coverage(counts: dict[str, int]) -> str:
    parts = [
        ngettext("%(n)s criterion conforms", "%(n)s criteria conform", counts["conforming"])
        % {"n": counts["conforming"]}
    ]
    if absent := counts["not_applicable"]:
        parts.append(
            ngettext(
                "%(n)s does not apply, as the auditor confirmed",
                "%(n)s do not apply, as the auditor confirmed",
                absent,
            )
            % {"n": absent}
        )
    return "; ".join(parts)


def listings(certificate: Certificate) -> Iterator[dict[str, Any] | None]:
    """What was examined and what was left out, criteria in the language of the paper where they
    have it."""
    titles = titles_read(certificate.edition)
    yield covered(certificate, titles)
    yield excluded(certificate, titles)


def named(criterion: dict[str, Any], titles: dict[str, str]) -> str:
    return f"{criterion['ref']} {titles.get(criterion['ref'], criterion['title'])}"


def covered(certificate: Certificate, titles: dict[str, str]) -> dict[str, Any]:
    return {
        "heading": gettext("What was examined"),
        "head": [gettext("Criterion"), gettext("Result"), gettext("How")],
        "columns": [0, 46, 34],
        "rows": [
            [named(fact, titles), result(fact), how(fact)] for fact in certificate.facts["criteria"]
        ],
    }


def result(one: dict[str, Any]) -> str:
    result = Result(one["result"])
    corrected = gettext("after correction") if one["corrected"] else ""
    otherwise = had_declared(one.get("declared", ""), result.outcome)
    words = (str(result.label), corrected, otherwise, one["reason"])
    return "\n".join(filter(None, words))


def how(one: dict[str, Any]) -> str:
    return ", ".join(str(Method(method).label) for method in one["methods"])


def excluded(certificate: Certificate, titles: dict[str, str]) -> dict[str, Any] | None:
    left = certificate.facts["excluded"]
    if not left:
        return None
    return {
        "heading": gettext("What is left out"),
        "head": [gettext("Criterion"), gettext("Why")],
        "columns": [0, 70],
        "rows": [
            [named(criterion, titles), str(WHY.get(criterion["why"], criterion["why"]))]
            for criterion in left
        ],
    }


def says(certificate: Certificate) -> dict[str, Any]:
    """What it says, and what it does not."""
    lines = [
        gettext(
            "It says that an accredited body looked at these criteria of this release, by the "
            "methods named, and found that they are met."
        ),
        gettext("It holds between its dates, while its page says that it is valid."),
        gettext(
            "It does not say that a law is met, that a product is safe for every use, or that it "
            "teaches well."
        ),
        gettext("It says nothing about other releases, and nothing about what is left out."),
    ]
    if certificate.complete:
        return {
            "heading": gettext("What a certificate says, and what not"),
            "lines": lines,
        }
    part = gettext("It covers a part of the edition. It is not a certificate of the edition.")
    return {
        "heading": gettext("What a verification says, and what not"),
        "lines": [*lines[:2], part, *lines[2:]],
    }
