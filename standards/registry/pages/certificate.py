"""The public page of a certificate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certcentre import links
from certcentre.abilities import abilities
from certcentre.log import sequencer
from certcentre.log.history import Lines, history
from certcentre.log.models import LogEntry
from standards.assessment.claims import had_declared
from standards.assessment.solutions import Solution
from standards.attestation.certificates import Certificate
from standards.attestation.results import Result
from standards.catalogue.methods import Method
from standards.catalogue.vouching import titles_read
from standards.registry.credentials.certificate_pdf import WHY, square
from standards.registry.credentials.paper import Paper
from standards.registry.public_facts import of_other_releases
from standards.registry.verify.records import (
    FoundSince,
    found_since,
    mark_of,
    renamed,
    status_shown,
)
from standards.registry.verify.verdicts import State

fresh = cache_control(no_cache=True, max_age=0)  # a suspension shows at the next look

NAMED = 6  # of what is left out, before the table

VERDICT: dict[str, tuple[str, Promise]] = {
    "valid": ("good", _("Valid today")),
    "suspended": ("warn", _("Suspended: do not rely on it now")),
    "withdrawn": ("bad", _("Withdrawn")),
    "superseded": ("warn", _("Replaced by a newer one")),
    "expired": ("bad", _("Expired")),
    State.DISAGREES: ("bad", State.DISAGREES.label),
}
OTHERWISE = _("Valid today, but something was found otherwise since")


@dataclass(frozen=True)
class Line:
    """One criterion of a certificate, in the reader's words."""

    ref: str
    title: str
    edition: str
    result: str
    how: str
    after_correction: bool
    reason: str
    had_declared: str  # where it says otherwise
    since: list[FoundSince]  # what was found against it after the certificate was issued


@dataclass(frozen=True)
class Sheet:
    """Everything that the page of a certificate shows."""

    certificate: Certificate
    status: str
    at: datetime
    history: Lines
    by_a_second: bool = False  # who decided had no part in the examination
    titles: Mapping[str, str] = field(default_factory=dict)  # in the reader's language, by ref
    found_since: Sequence[FoundSince] = ()

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.certificate.facts
        return facts

    @property
    def verdict(self) -> tuple[str, Promise]:
        kind, words = VERDICT[self.status]
        if self.status == "valid" and self.found_since:
            return "warn", OTHERWISE
        return kind, words

    @property
    def void(self) -> str:
        """The word for its state where it does not hold; empty where it does."""
        return "" if self.status == "valid" else str(Certificate.WORDS.get(self.status, "–"))

    @property
    def why(self) -> str:
        """The reason given with the last suspension or withdrawal."""
        steps = (f"certificate.{self.status}",)
        reasons = [entry.reason for entry, _words in self.history if entry.step in steps]
        return reasons[-1] if reasons else ""

    @property
    def since(self) -> datetime | None:
        """When it left force, where it did."""
        if self.status == Certificate.EXPIRED:
            return self.certificate.valid_until
        step = f"certificate.{self.status}"
        return next((entry.at for entry, _w in reversed(self.history) if entry.step == step), None)

    @property
    def mark_state(self) -> str:
        return mark_of(self.status)

    @property
    def assurance(self) -> int:
        return self.certificate.assurance_at(self.at)

    @property
    def word(self) -> str:
        """The word beside the mark: a part is called by its count."""
        return "" if self.certificate.complete else self.certificate.title

    @property
    def covered(self) -> list[Line]:
        since: dict[str, list[FoundSince]] = {}
        for finding in self.found_since:
            since.setdefault(finding.key, []).append(finding)
        return [
            line({**fact, "title": self.title_of(fact)}, since.get(fact["key"], []))
            for fact in self.facts["criteria"]
        ]

    @property
    def excluded(self) -> list[tuple[str, str, Promise | str]]:
        return [
            (fact["ref"], self.title_of(fact), WHY.get(fact["why"], fact["why"]))
            for fact in self.facts["excluded"]
        ]

    def title_of(self, fact: Mapping[str, Any]) -> str:
        """As the reader's language has it, else as it was certified."""
        return self.titles.get(fact["ref"], fact["title"])

    @property
    def named(self) -> str:
        """The first of what is left out; the table below has all."""
        return ", ".join(
            f"{fact['ref']} {self.title_of(fact)}" for fact in self.facts["excluded"][:NAMED]
        )

    @property
    def unnamed(self) -> int:
        return max(0, len(self.facts["excluded"]) - NAMED)

    @property
    def accredited_until(self) -> date:
        return date.fromisoformat(self.facts["accreditation"]["until"])

    @property
    def surveillance(self) -> date | None:
        """The next planned check, while it is valid."""
        return self.certificate.surveillance_due if self.status == "valid" else None

    @property
    def overdue(self) -> bool:
        due = self.surveillance
        return due is not None and due < self.at.date()

    @property
    def watched_until(self) -> date | None:
        """The next planned check, as the mark says it: not once it is overdue."""
        return None if self.overdue else self.surveillance

    @property
    def recently_checked(self) -> list[Any]:
        return list(self.certificate.surveillances.all())

    @property
    def url(self) -> str:
        return links.full(self.certificate.get_absolute_url())

    @property
    def badge(self) -> str:
        return links.full(reverse("certificate-badge", args=[self.certificate.number]))

    @property
    def qr(self) -> SafeString:
        """The address as a square to scan; drawn by us, from our own address alone."""
        return mark_safe(square(self.url, "qr"))  # noqa: S308 (our own numbers, no user's text)


def line(one: dict[str, Any], since: list[FoundSince]) -> Line:
    edition, _colon, _ref = one["key"].partition(":")
    result = Result(one["result"])
    return Line(
        ref=one["ref"],
        title=one["title"],
        edition=edition,
        result=str(result),
        how=", ".join(str(Method(method).label) for method in one["methods"]),
        after_correction=bool(one["corrected"]),
        reason=one["reason"],
        had_declared=had_declared(one.get("declared", ""), result.outcome),
        since=since,
    )


@login_not_required
@require_safe
@fresh
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """What it says, who decided, and how it stands today. It stays for ever."""
    rows = Certificate.objects.with_parties().select_related(
        "superseded_by", "engagement__provider", "engagement__decision"
    )
    shown = get_object_or_404(rows.prefetch_related("surveillances"), number=number)
    now = timezone.now()
    status = status_shown(shown, at=now)
    second = status != State.DISAGREES and shown.engagement.decision.by_a_second()
    titles, entries = titles_read(shown.edition), history(shown, public=True)
    sheet = Sheet(shown, status, now, entries, second, titles, found_since(shown))
    listed = Solution.objects.listed().select_related("current_release")
    product = listed.filter(pk=shown.facts["solution"]["id"]).first()
    mine = Paper.objects.filter(certificate=shown, language=get_language() or "en")
    context = {"sheet": sheet, "certificate": shown, "facts": shown.facts}
    context |= {
        "product": product,
        "renamed": renamed(shown),
        **abilities(shown, request.user, at=now).context,
    }
    current = product and product.current_release
    if current and status == "valid" and of_other_releases([shown], current):
        context["other_release"] = current.label
    context["digest"] = mine.values_list("digest", flat=True).first()
    return render(request, "registry/certificate.html", context)


@login_not_required
@require_safe
@fresh
def certificate_proof(request: HttpRequest, number: str) -> HttpResponse:
    """The entry of the log that says it was issued, with its proof."""
    record = get_object_or_404(Certificate, number=number)
    sequencer.sequence()
    issued = LogEntry.objects.about(record).filter(step="certificate.issued").first()
    if issued is None or issued.leaf_index is None:
        raise Http404
    return redirect("log-entry", issued.leaf_index)
