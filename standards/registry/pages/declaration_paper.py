"""A provider's declaration on paper: a tagged PDF with the signed bytes attached."""

import json
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certcentre import links, typesetting
from certcentre.lifecycle import Conflict
from certcentre.limits import limited
from certcentre.log.models import stored
from certcentre.places import country, marks
from standards.assessment.claims import Outcome
from standards.assessment.declaration_body import period_of
from standards.assessment.declarations import Declaration
from standards.assessment.periods import last_day_of
from standards.catalogue.editions import Criterion
from standards.registry.credentials.certificate_pdf import square
from standards.registry.credentials.paper import STANDARDS, TEMPLATE
from standards.registry.credentials.ring_svg import mark
from standards.registry.pages.certificate_files import language

DECLARED = 1  # assurance: nobody independent has looked


@login_not_required
@limited("export")
@require_safe
def declaration_paper(request: HttpRequest, number: str) -> HttpResponse:
    """For whoever may read the declaration; of one that the log contradicts there is no paper."""
    rows = Declaration.objects.visible_to(request.user).select_related(
        "release__solution__organisation", "assessment"
    )
    declaration = get_object_or_404(rows, number=number)
    chosen = language(request)
    if not declaration.agrees():
        raise Conflict(declaration)
    with translation.override(chosen):
        printed = words(declaration, at=timezone.now())
    inputs = {
        "paper": json.dumps({**printed, **marks(chosen)}, ensure_ascii=False),
        "credential": stored(declaration.body).decode(),
        "qr": square(printed["address"]),
        "mark": mark(DECLARED),
    }
    made, _lacking = typesetting.pdf(TEMPLATE, inputs, standards=STANDARDS)
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number}-{chosen}.pdf"'
    response["Cache-Control"] = "no-cache, private"
    return response


def words(declaration: Declaration, *, at: datetime) -> dict[str, Any]:
    """JSON values for templates/documents/certificate.typ."""
    content, day = declaration.content, declaration.declared_at.date()
    provider, name = content["organisation"], content["solution"]["name"]
    address = links.full(declaration.get_absolute_url())
    names = {"label": content["release"]["label"], "provider": provider["name"]}
    names["country"] = country(provider["country"])
    return {
        "title": f"{gettext('Self-declaration')} {declaration.number}: {name}",
        "author": provider["name"],
        "date": [day.year, day.month, day.day],
        "file": f"{declaration.number}.json",
        "media": "application/json",
        "file_words": gettext("The bytes that were signed"),
        "kicker": gettext("Self-declaration of conformity"),
        "number": declaration.number,
        "name": name,
        "sub": gettext("Release %(label)s, by %(provider)s, %(country)s") % names,
        "mark_words": gettext("Assurance: AL%(level)s") % {"level": DECLARED},
        "statement": gettext(
            "%(provider)s declares in its own name how release %(label)s stands to the criteria "
            "listed here. Nobody independent has checked that. This is no certificate."
        )
        % names,
        "facts": pairs(declaration, content, at=at),
        "qr_words": gettext("A code to scan that leads to %(address)s") % {"address": address},
        "address": address,
        "check": gettext("Does it still stand? Scan the code or type the address."),
        "check_words": gettext(
            "Only that page tells how it stands now, and what auditors found. Paper can be out of "
            "date, or copied. The bytes that were signed are attached to this file."
        ),
        "digest_words": gettext("SHA-256 of the attached bytes:"),
        "digest": declaration.digest,
        "listings": [*listings(content), *evidence(content)],
        "says": says(),
    }


def pairs(
    declaration: Declaration, content: dict[str, Any], *, at: datetime
) -> list[tuple[str, str]]:
    signatory = content["signatory"]
    until = date_format(last_day_of(declaration.valid_until))
    if declaration.withdrawn_at:
        day = {"date": date_format(declaration.withdrawn_at)}
        until = f"{until}. {gettext('Withdrawn on %(date)s.') % day}"
    values = [answer["value"] for answer in content["answers"]]
    counts = [f"{outcome.label}: {values.count(outcome)}" for outcome in Outcome]
    counts.append(f"{gettext('No statement')}: {len(content['no_statement'])}")
    return [
        (gettext("Signed by"), f"{signatory['name']}, {signatory['role']}"),
        (gettext("Declared"), date_format(declaration.declared_at)),
        (gettext("Valid to"), until),
        (gettext("Answers"), "; ".join(counts)),
        (gettext("Printed"), date_format(at)),
    ]


def listings(content: dict[str, Any]) -> list[dict[str, Any]]:
    """What was said, edition by edition, in the order of their criteria. One statement."""
    answers = {answer["criterion"]: answer for answer in content["answers"]}
    titles = {piece["id"]: piece["title"] for piece in content["evidence"]}
    known = Criterion.objects.filter(key__in=answers).select_related("edition")
    parts: dict[str, list[list[str]]] = {}
    for criterion in known.order_by("edition__name", "position"):
        answer = answers[criterion.key]
        pieces = dict.fromkeys(titles[key] for key in answer["evidence"] if key in titles)
        outcome = "\n".join(filter(None, (str(Outcome(answer["value"]).label), answer["reason"])))
        row = [f"{criterion.ref} {criterion.text('title')}", outcome, "\n".join(pieces)]
        parts.setdefault(criterion.edition.text("name"), []).append(row)
    head = [gettext("Criterion"), gettext("Answer"), gettext("Evidence")]
    return [
        {"heading": heading, "head": head, "columns": [0, 56, 36], "rows": rows}
        for heading, rows in parts.items()
    ]


def evidence(content: dict[str, Any]) -> list[dict[str, Any]]:
    """What is on file, as it was named when it was declared."""
    if not content["evidence"]:
        return []
    head = [gettext("Evidence"), gettext("From"), gettext("Until")]
    rows = []
    for piece in content["evidence"]:
        start, end = period_of(piece)
        rows.append([piece["title"], date_format(start), date_format(end) if end else "–"])
    columns = [0, 32, 32]
    return [{"heading": gettext("Evidence"), "head": head, "columns": columns, "rows": rows}]


def says() -> dict[str, Any]:
    return {
        "heading": gettext("What a declaration says, and what not"),
        "lines": [
            gettext("It says what the provider states of this release, and who signed it."),
            gettext(
                "Where evidence is named, it was on file and spoke for its period. Nobody "
                "independent has checked it."
            ),
            gettext("It says nothing about other releases, or about criteria that it leaves out."),
        ],
    }
