"""Filling a draft from an accessibility report, and writing its answers as one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from certcentre.accounts.models import User
from certcentre.lifecycle import NotReady
from standards.assessment import accessibility_report, answer_history, links
from standards.assessment.accessibility_report import Report, Said, joined
from standards.assessment.answers import Answer, AnswerQuerySet
from standards.assessment.assessments import Assessment
from standards.assessment.claims import NEEDS_REASON
from standards.assessment.evidence import Evidence, EvidenceUse
from standards.catalogue.editions import Edition

EN = ("en-301-549", "en-301-549-web")
STANDARDS = ("wcag", *EN)
FIELDS = [*Answer.MARKED, "answered_by"]


@dataclass
class Filled:
    """What a report did to a draft: answers to confirm, those that stayed, and what found none."""

    filled: int = 0
    added: int = 0
    stayed: int = 0  # confirmed before, or marked by a rule
    elsewhere: list[str] = field(default_factory=list)  # refs that are not in the set


def speaks_of(edition: Edition) -> bool:
    """Whether such reports are about this edition."""
    return edition.standard.key in STANDARDS or edition.source.get("format") == "openacr"


def reported(*, at: datetime) -> list[Edition]:
    """The editions that such reports are about, and that may be answered now."""
    editions = Edition.objects.answerable(at=at).filter(domain="accessibility")
    return [each for each in editions.select_related("standard") if speaks_of(each)]


def answers_to(assessment: Assessment) -> AnswerQuerySet:
    """The answers to criteria that such reports are about."""
    about = Q(criterion__edition__standard__key__in=STANDARDS)
    about |= Q(criterion__edition__source__format="openacr")
    answers = assessment.answers.filter(about)
    return answers.select_related("criterion__level", "criterion__edition__standard").in_order()


def fill(
    assessment: Assessment, report: Report, *, by: User, at: datetime, edition: Edition | None
) -> Filled:
    """Put what a report says into open answers, each to confirm (rule R15).

    `edition`: one whose criteria are taken into the set first, where the report speaks of them.
    An answer that somebody confirmed, or that a rule gave, stays.
    """
    assessment.may_fill(by=by, at=at)
    with transaction.atomic():
        assessment.lock_draft()
        done = Filled(added=take_in(assessment, report, edition, by, at) if edition else 0)
        changed, met = [], set()
        for answer in answers_to(assessment).not_withdrawn():
            findings = report.of(
                answer.criterion.ref, en=answer.criterion.edition.standard.key in EN
            )
            if not findings:
                continue
            met |= {each.ref for each in findings}
            if answer.value and not answer.to_confirm:
                done.stayed += 1
                continue
            say(answer, *joined(findings), report, by, at)
            changed.append(answer)
        if not met:
            raise NotReady(
                gettext(
                    "Nothing in this set is in the report. Choose a standard to take criteria in."
                )
            )
        answer_history.keep_all(changed, by=by, at=at)
        Answer.objects.bulk_update(changed, FIELDS, batch_size=200)
        attach(assessment, changed, report, by, at)
    done.filled = len(changed)
    done.elsewhere = [ref for ref in report.findings if ref not in met]
    return done


def say(answer: Answer, value: str, notes: str, report: Report, by: User, at: datetime) -> None:
    """Take over what the report says, unsaved."""
    words = notes or (said_so(report) if value in NEEDS_REASON else "")
    answer.value, answer.reason, answer.rule_key = value, words, ""
    answer.origin, answer.to_confirm = Answer.Origin.IMPORT, True
    answer.revision += 1
    answer.answered_at, answer.answered_by = at, by


def said_so(report: Report) -> str:
    return gettext("The accessibility report of %(date)s says so, without notes.") % {
        "date": report.date or "–"
    }


def take_in(
    assessment: Assessment, report: Report, edition: Edition, by: User, at: datetime
) -> int:
    """The criteria of an edition that the report speaks of."""
    en = edition.standard.key in EN
    criteria = [c for c in edition.criteria.all() if report.of(c.ref, en=en)]
    return assessment.add(criteria=criteria, by=by, at=at)


def attach(
    assessment: Assessment, changed: Iterable[Answer], report: Report, by: User, at: datetime
) -> None:
    """Where the report can be read, as evidence of every answer that came from it."""
    if not report.link or links.flaw(report.link):
        return
    provider = assessment.release.solution.organisation
    there = provider.evidence.on_file().filter(link=report.link).first()
    evidence = there or Evidence.add_link(
        provider,
        by=by,
        at=at,
        title=report.title[:200] or gettext("Accessibility report"),
        link=report.link,
        speaks_from=day(report.date) or at.date(),
    )
    EvidenceUse.objects.bulk_create(
        (EvidenceUse(answer=answer, evidence=evidence) for answer in changed),
        ignore_conflicts=True,
    )


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def report_of(assessment: Assessment, *, by: User, at: datetime) -> bytes:
    """The answers that count to WCAG and EN 301 549, as a report in OpenACR's YAML."""
    answers = list(answers_to(assessment).asked())
    if not answers:
        raise NotReady(gettext("This set holds no criterion of WCAG or EN 301 549."))
    release = assessment.release
    provider = release.solution.organisation
    editions = dict.fromkeys(answer.criterion.edition.name for answer in answers)
    return accessibility_report.write(
        [said(answer) for answer in answers],
        title=f"{provider} Accessibility Conformance Report",
        product={"name": str(release.solution), "version": release.label},
        author={"company_name": str(provider), "email": by.email},
        date=at.date().isoformat(),
        licence="CC-BY-4.0",
        notes=gettext("Self-assessment against %(editions)s.") % {"editions": "; ".join(editions)},
    )


def said(answer: Answer) -> Said:
    value: Any = answer.value if answer.counts else ""
    level = answer.criterion.level.key if answer.criterion.edition.standard.key != EN else ""
    return Said(answer.criterion.ref, level, value, answer.reason if value else "")
