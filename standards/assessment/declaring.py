"""What a declaration needs, says and claims, worked out from answers, facts and evidence."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import rfc8785
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady, move
from certcentre.log.models import next_number, record
from standards.assessment import claims
from standards.assessment.claims import Claim, Ending, Outcome
from standards.assessment.declarations import Declaration
from standards.assessment.evidence import Evidence
from standards.assessment.periods import speaking_within, year_after
from standards.assessment.solutions import Release, must_sign_for
from standards.catalogue.applicability import BLOCK, Applied
from standards.catalogue.applying import applied
from standards.catalogue.editions import Obligation
from standards.catalogue.facts import Fact

if TYPE_CHECKING:
    from standards.assessment.answers import Answer, Assessment


EXTERNAL = "XC-"  # numbers of external certificates: they speak for a time of their own


def declare(
    assessment: "Assessment", *, by: User, at: datetime, signatory: dict[str, str]
) -> Declaration:
    """Check, sign, publish or hold, and claim, in one transaction; NotReady lists what is missing.

    Locks the draft, then the release: nobody answers or states facts in between, and of many who
    press at once one declares.
    """
    must_sign_for(assessment.release.solution.organisation, by)
    with transaction.atomic():
        assessment._lock_draft()
        release = Release.objects.alone().get(pk=assessment.release_id)
        rules = applied(release.facts, at=at)
        answers = list(assessment.answers.with_evidence().order_by("criterion__key"))
        problems = [
            *unfit(release, signatory),
            *map(to_answer, open_facts(rules)),
            *map(str, gaps(answers, at)),
        ]
        if problems:
            raise NotReady(*problems)
        declaration = _signed(assessment, release, answers, signatory, by, at)
        release.publish(rules.blocks, by=by, at=at)
        move(
            assessment,
            "declared",
            by=by,
            at=at,
            organisation=release.solution.organisation,
            visibility="public" if release.public_since else "private",
            detail={"number": declaration.number, "digest": declaration.digest},
        )
        _tell_of_contradictions(declaration, answers, by, at)
        claims.change(
            [release.pk],
            end=endings(declaration, answers),
            add=claims_of(declaration, answers, rules, at=at),
            at=at,
        )
    return declaration


def unfit(release: Release, signatory: dict[str, str]) -> list[str]:
    """What keeps this provider, release or signature from declaring at all."""
    problems = []
    provider = release.solution.organisation
    if provider.status != provider.Status.VERIFIED:
        problems.append(
            gettext("The centre has not verified %(name)s yet.") % {"name": provider.name}
        )
    if release.solution.status != release.solution.Status.ACTIVE:
        problems.append(gettext("This solution was withdrawn."))
    if not signatory["name"].strip():
        problems.append(gettext("Give the name of the person who signs."))
    if not signatory["role"].strip():
        problems.append(gettext("Give the role of the person who signs."))
    return problems


def open_facts(rules: Applied) -> list[Fact]:
    """Facts that must be known first: a rule that could hold the release waits for them.

    Unknown is never no; otherwise leaving out a fact would be the way around rule 12.
    """
    keys = {key for rule in rules.undecided if rule.effect == BLOCK for key in rule.facts}
    return list(Fact.objects.filter(key__in=keys)) if keys else []


def to_answer(fact: Fact) -> str:
    """That a fact must be known first, in words."""
    return gettext("Answer the question “%(fact)s”") % {"fact": fact.text("ask")}


@dataclass(frozen=True)
class Gap:
    """One thing that is missing before the answers can be declared."""

    answer: "Answer"
    words: str

    def __str__(self) -> str:
        return self.words


def flaw(ref: str, value: str, reason: str) -> str:
    """Why this cannot be an answer, in words; empty when it can."""
    if value and value not in Outcome.values:
        return gettext("Choose one of the four answers to %(ref)s.") % {"ref": ref}
    if reason.strip():
        return ""
    if value == Outcome.NOT_APPLICABLE:
        return gettext("Say why %(ref)s does not apply.") % {"ref": ref}
    if value == Outcome.PARTLY_MET:
        return gettext("Say what %(ref)s still lacks, and by when.") % {"ref": ref}
    return ""


def gap(answer: "Answer", at: datetime | None = None) -> str:
    """What this answer lacks before it can be declared; empty when nothing.

    What is only announced at the moment `at` may stay open.
    """
    name = f"{answer.criterion.ref} {answer.criterion.text('title')}"
    binds = at is None or answer.criterion.edition.binds(at.date())
    must = binds and answer.criterion.level.obligation == Obligation.MUST
    if must and not answer.value:
        return gettext("Not answered yet: %(name)s") % {"name": name}
    if must and answer.to_confirm:
        return gettext("Answer to confirm: %(name)s") % {"name": name}
    quoted = gettext("“%(name)s”") % {"name": name}
    return flaw(quoted, answer.value, answer.reason) if answer.counts else ""


def gaps(answers: Iterable["Answer"], at: datetime | None = None) -> list[Gap]:
    return [Gap(answer, words) for answer in answers if (words := gap(answer, at))]


def _signed(
    assessment: "Assessment",
    release: Release,
    answers: list["Answer"],
    signatory: dict[str, str],
    by: User,
    at: datetime,
) -> Declaration:
    number, until = next_number("DC", at=at), year_after(at)
    body = body_of(
        number=number,
        release=release,
        answers=answers,
        signatory=signatory,
        declared_at=at,
        valid_until=until,
    )
    return Declaration.objects.create(
        number=number,
        assessment=assessment,
        release=release,
        signatory_name=signatory["name"],
        signatory_role=signatory["role"],
        declared_at=at,
        declared_by=by,
        valid_until=until,
        body=body,
        digest=hashlib.sha256(body).hexdigest(),
    )


def endings(declaration: Declaration, answers: list["Answer"]) -> list[Ending]:
    """Earlier declarations' claims; a certificate's where less is declared; old findings."""
    by = f"declared {declaration.number}"
    own = [Claim.Basis.DECLARATION, Claim.Basis.EVIDENCE]
    answered = [answer.criterion_id for answer in answers if answer.counts]
    outside = Q(source__startswith=EXTERNAL)
    return [
        Ending(Q(basis__in=own) & ~outside, by),
        Ending(
            (Q(basis=Claim.Basis.CERTIFICATE) | outside) & Q(criterion__in=lowered(answers)), by
        ),
        Ending(Q(basis=Claim.Basis.FINDING, criterion__in=answered), by),
    ]


def lowered(answers: Iterable["Answer"]) -> list[int]:
    """Criteria that the provider itself says are not, or not wholly, met."""
    less = {Outcome.PARTLY_MET, Outcome.NOT_MET}
    return [answer.criterion_id for answer in answers if answer.counts and answer.value in less]


def _tell_of_contradictions(
    declaration: Declaration, answers: list["Answer"], by: User, at: datetime
) -> None:
    """Leave word in the log for the bodies whose certificates say more than the provider now."""
    certified = Claim.objects.filter(
        release=declaration.release_id,
        basis=Claim.Basis.CERTIFICATE,
        criterion__in=lowered(answers),
    ).in_force(at=at)
    found = list(certified.values_list("source", "criterion__key").distinct())
    if found:
        record(
            declaration,
            "certificate.contradicted",
            by=by,
            at=at,
            organisation=declaration.release.solution.organisation,
            detail={
                "certificates": sorted({number for number, _ in found}),
                "criteria": sorted({key for _, key in found}),
            },
        )


def body_of(
    *,
    number: str,
    release: Release,
    answers: list["Answer"],
    signatory: dict[str, str],
    declared_at: datetime,
    valid_until: datetime,
) -> bytes:
    """The canonical bytes (RFC 8785) that are declared, digested and shown."""
    provider = release.solution.organisation
    said = [answer for answer in answers if answer.counts]
    content = {
        "format": "certcentre declaration 1",
        "number": number,
        "declared_at": _stamp(declared_at),
        "valid_until": _stamp(valid_until),
        "organisation": {
            "id": str(provider.pk),
            "name": provider.name,
            "country": provider.country,
            "register_number": provider.register_number,
        },
        "solution": {"id": str(release.solution_id), "name": release.solution.name},
        "release": {"id": str(release.pk), "label": release.label},
        "facts": release.facts,
        "editions": sorted({answer.criterion.edition.key for answer in answers}),
        "answers": [_said(answer) for answer in said],
        "no_statement": [answer.criterion.key for answer in answers if not answer.counts],
        "evidence": [_filed(piece) for piece in pieces(said)],
        "signatory": signatory,
    }
    return rfc8785.dumps(content)


def pieces(answers: Iterable["Answer"]) -> list[Evidence]:
    """The evidence that the answers rest on, each once."""
    found = {use.evidence.pk: use.evidence for answer in answers for use in answer.on_file}
    return [found[key] for key in sorted(found)]


def _said(answer: "Answer") -> dict[str, Any]:
    return {
        "criterion": answer.criterion.key,
        "value": answer.value,
        "reason": answer.reason,
        "evidence": sorted(str(use.evidence_id) for use in answer.on_file),
    }


def _filed(piece: Evidence) -> dict[str, Any]:
    return {
        "id": str(piece.pk),
        "title": piece.title,
        "kind": piece.kind,
        "from": piece.speaks_from.isoformat(),
        "until": piece.speaks_until.isoformat() if piece.speaks_until else "",
        "digest": piece.digest,
    }


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def claims_of(
    declaration: Declaration, answers: Iterable["Answer"], rules: Applied, *, at: datetime
) -> list[Claim]:
    """AL1 for each answer given, AL2 for each *met* and each piece of evidence while it speaks.

    On what is only announced they begin with its first day.
    """
    made = []
    for answer in answers:
        since = begins(answer, at)
        if not answer.counts or since >= declaration.valid_until:
            continue
        made.append(_declared(declaration, answer, rules, since))
        if answer.value == Outcome.MET:
            made += [
                _shown(declaration, answer, use.evidence, spoken)
                for use in answer.on_file
                if (spoken := _spoken(use.evidence, since, declaration))
            ]
    return made


def begins(answer: "Answer", at: datetime) -> datetime:
    """When a claim on this answer begins: now, or on the day its criterion begins to bind."""
    edition = answer.criterion.edition
    if edition.effective_from is None or edition.binds(at.date()):
        return at
    return datetime.combine(edition.effective_from, time.min, tzinfo=UTC)


def _declared(declaration: Declaration, answer: "Answer", rules: Applied, at: datetime) -> Claim:
    by_rule = (
        answer.value == Outcome.NOT_APPLICABLE and answer.criterion.key in rules.not_applicable
    )
    return Claim(
        release=declaration.release,
        criterion=answer.criterion,
        outcome=answer.value,
        assurance=1,
        basis=Claim.Basis.DECLARATION,
        accepted_by=Claim.AcceptedBy.RULE if by_rule else Claim.AcceptedBy.NOBODY,
        valid_from=at,
        valid_until=declaration.valid_until,
        source=declaration.number,
        declaration=declaration,
    )


def _spoken(
    piece: Evidence, since: datetime, declaration: Declaration
) -> tuple[datetime, datetime] | None:
    """From when to when evidence lifts an answer: what is dated ahead begins on its day."""
    until = declaration.valid_until
    return speaking_within(since, until, piece.speaks_from, piece.speaks_until)


def _shown(
    declaration: Declaration,
    answer: "Answer",
    piece: Evidence,
    spoken: tuple[datetime, datetime],
) -> Claim:
    return Claim(
        release=declaration.release,
        criterion=answer.criterion,
        outcome=answer.value,
        assurance=2,
        basis=Claim.Basis.EVIDENCE,
        valid_from=spoken[0],
        valid_until=spoken[1],
        source=declaration.number,
        declaration=declaration,
        evidence=piece,
    )
