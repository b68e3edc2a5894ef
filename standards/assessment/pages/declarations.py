"""The declaration as everybody reads it once it is public, and taking it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities
from certcentre.accounts.forms import PublicReasonForm, ReasonForm
from certcentre.accounts.people import Reader, signed_in_user
from certcentre.log.models import LogEntry
from certcentre.step_page import Question, posted, step_page
from standards.assessment.claims import Outcome
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import CLOSED, Evidence
from standards.assessment.filed import Filed
from standards.assessment.steps import DECLARATION_WITHDRAWN, DECLARATION_WITHDRAWN_HELD
from standards.catalogue.editions import Criterion

fresh = cache_control(no_cache=True, max_age=0, private=True)

WITHDRAWN = (str(DECLARATION_WITHDRAWN), str(DECLARATION_WITHDRAWN_HELD))


@dataclass(frozen=True)
class Said:
    """One declared answer with the criterion it is about."""

    criterion: Criterion
    value: str
    reason: str
    evidence: list[Filed]


def declarations(request: HttpRequest) -> Any:
    """Those this person may see, with what their page shows."""
    return Declaration.objects.visible_to(request.user).select_related(
        "release__solution__organisation", "assessment"
    )


@login_not_required
@fresh
@require_safe
def declaration(request: HttpRequest, number: str) -> HttpResponse:
    """What was signed, read from the bytes that the digest is of."""
    declaration, at = get_object_or_404(declarations(request), number=number), timezone.now()
    content = declaration.content
    provider = declaration.release.solution.organisation
    filed = filing(request, content, at)
    groups, silent = answers(content, filed)
    in_force = Declaration.objects.in_force(at=at).filter(pk=declaration.pk).exists()
    context = {
        "declaration": declaration,
        "content": content,
        "provider": provider,
        "groups": groups,
        "silent": silent,
        "filed": list(filed.values()),
        "counts": counts(content),
        "in_force": in_force,
        "asks": declaration.public_since
        and in_force
        and any(piece.to_ask_for for piece in filed.values()),
        "standing": standing(declaration, request.user, at),
        "vouched": declaration.agrees(),
        "member": request.user.is_authenticated and request.user.acts_for(provider),
        "reason": reason_of(declaration) if declaration.withdrawn_at else "",
        "at": at,
        **abilities(declaration, request.user, at=at).context,
    }
    return render(request, "assessment/declaration.html", context)


def standing(found: Declaration, reader: Reader, at: datetime) -> tuple[str, str, str]:
    """How it stands today: kind of verdict, words, and where the newer one is that this reader
    may see."""
    if found.withdrawn_at:
        return "bad", gettext("Withdrawn by the provider"), ""
    later = Declaration.objects.later(found.release_id, found.declared_at)
    newer = later.order_by("-declared_at").first()
    if newer:
        if not Declaration.objects.visible_to(reader).filter(pk=newer.pk).exists():
            return "warn", gettext("Replaced by a newer one"), ""
        words = gettext("Replaced by %(number)s") % {"number": newer.number}
        return "warn", words, newer.get_absolute_url()
    if found.valid_until <= at:
        return "bad", gettext("Run out"), ""
    if not found.public_since:
        return "warn", gettext("Held: the centre decides before it is public"), ""
    return "good", gettext("In force today"), ""


def reason_of(found: Declaration) -> str:
    """Why it was withdrawn, from the log."""
    entry = LogEntry.objects.about(found.assessment).filter(step__in=WITHDRAWN).last()
    return entry.reason if entry else ""


def counts(content: dict[str, Any]) -> list[tuple[str, int]]:
    """How many of each answer, and how many with evidence."""
    values = [answer["value"] for answer in content["answers"]]
    return [
        *((str(outcome.label), values.count(outcome)) for outcome in Outcome),
        (gettext("No statement"), len(content["no_statement"])),
    ]


def filing(request: HttpRequest, content: dict[str, Any], at: datetime) -> dict[str, Filed]:
    """The evidence named, by id; with an address for whoever may open it."""
    keys = [piece["id"] for piece in content["evidence"]]
    evidence = Evidence.objects.on_file().filter(pk__in=keys)
    on_file = evidence.sharing()
    openable: set[str] = set()
    if request.user.is_authenticated:
        mine = (
            evidence
            if signed_in_user(request).is_officer()
            else evidence.openable_by(request.user, at=at)
        )
        openable = {str(pk) for pk in mine.values_list("pk", flat=True)}
    return {
        (key := piece["id"]): Filed.of(
            piece,
            at,
            removed=key not in on_file,
            sharing=on_file.get(key, CLOSED),
            url=Evidence(pk=key).get_absolute_url() if key in openable else "",
        )
        for piece in content["evidence"]
    }


def answers(
    content: dict[str, Any], filed: dict[str, Filed]
) -> tuple[list[tuple[str, list[Said]]], list[Criterion]]:
    """By edition what was said, and the criteria without a statement. One statement."""
    by_key = {answer["criterion"]: answer for answer in content["answers"]}
    keys = [*by_key, *content["no_statement"]]
    known = Criterion.objects.filter(key__in=keys).select_related("edition", "level")
    groups: dict[str, list[Said]] = {}
    silent = []
    for criterion in known.order_by("edition__name", "position"):
        answer = by_key.get(criterion.key)
        if answer is None:
            silent.append(criterion)
            continue
        pieces = [filed[key] for key in answer["evidence"] if key in filed]
        line = Said(criterion, answer["value"], answer["reason"], pieces)
        groups.setdefault(criterion.edition.text("name"), []).append(line)
    return list(groups.items()), silent


WITHDRAW = Question(
    _("Withdraw this declaration"),
    _(
        "Its claims at AL1 and AL2 end at once; those of certificates stay. Its page stays for "
        "ever and says that it is withdrawn. This cannot be undone; you may declare anew."
    ),
    _("Withdraw"),
    _("Withdrawn. What rested on it no longer counts."),
    destructive=True,
    verb="withdraw",
    weighty=True,
)


def declaration_withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the statement back, with a reason that everybody reads where it is public."""
    declaration = get_object_or_404(declarations(request), number=number)
    form = ReasonForm(posted(request))
    if declaration.public_since:
        form = PublicReasonForm(posted(request))
        form.fields["reason"].help_text = gettext("Public: it stands on the declaration’s page.")
    back = declaration.get_absolute_url()
    return step_page(
        request,
        WITHDRAW,
        form,
        declaration.withdraw,
        back=back,
        trail=[(number, back)],
        of=declaration,
        vouched=declaration.agrees,
    )
