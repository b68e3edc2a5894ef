"""Who is told of what becomes of a product, certificate, standard, body, tender or search.

A person follows because they asked to, or because their organisation relied on a product: it stands
on a shortlist of theirs, or was awarded. Who ended it is not told again before they ask to be.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.accounts.people import Reader
from certcentre.lifecycle import NotReady
from standards.assessment.solutions import Solution
from standards.attestation.certificates import Certificate
from standards.catalogue.standards import Standard
from tenders.followed_search import FollowedSearch

NAME = 300  # letters
MOST = 300  # that one person follows since they asked to
ACTING = (Role.EDITOR, Role.SIGNATORY)  # of a buyer, who rely on products for it
LINE = "line"  # how a tender is followed, through all its versions
RECORDS = ("solution", "certificate", "standard", "body", "search")  # what else: one row each
# the fields of records that are called otherwise
FIELDS = {"followedsearch": "search", "organisation": "body"}
WIDTH = {"body": 2, "solution": 1}  # of two that are told of one step; else 0
Subject = tuple[str, Any]  # the field that names it, and its key


def subject_of(record: models.Model) -> Subject:
    """How a record is followed."""
    name = str(record._meta.model_name)
    kind = FIELDS.get(name, name)
    return (kind, record.pk) if kind in RECORDS else (LINE, getattr(record, LINE))


def one_of_all() -> Q:
    """Exactly one thing is named."""
    kinds = [{f"{kind}__isnull": kind != named for kind in RECORDS} for named in ("", *RECORDS)]
    tender, *others = kinds
    return reduce(or_, (Q(line="", **each) for each in others), ~Q(line="") & Q(**tender))


class FollowQuerySet(models.QuerySet["Follow"]):
    def of(self, record: models.Model) -> Self:
        """Those of a record."""
        return self.among(dict([subject_of(record)]))

    def among(self, subjects: Mapping[str, Any]) -> Self:
        """Those of any of these subjects, by the field that names each."""
        return self.filter(reduce(or_, (Q(**{name: key}) for name, key in subjects.items()), Q()))

    def with_subjects(self) -> Self:
        return self.select_related(*RECORDS, "organisation")

    def to(self, person: Reader) -> Self:
        """Their own rows, and those of the organisations for which they act, the newest first."""
        mine = Organisation.objects.acted_for_by(person, *ACTING).in_force()
        own = Q(person=person.pk) | Q(organisation__in=mine)
        return self.filter(own).order_by("-since", "-pk")


class Follow(models.Model):
    """That a person, or those who act for an organisation, are told of one thing. Nobody else
    reads who."""

    class Why(models.TextChoices):
        """Why an organisation follows; of a person it is empty, since they asked to."""

        SHORTLIST = "shortlist", _("It is on your shortlist of %(tender)s.")
        AWARD = "award", _("It was awarded in %(tender)s.")

    line = models.CharField(max_length=20, blank=True)  # of a tender: reference of version 1
    solution = models.ForeignKey(Solution, null=True, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(
        Certificate, null=True, on_delete=models.PROTECT, related_name="+"
    )
    standard = models.ForeignKey(Standard, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(  # that is accredited
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    search = models.ForeignKey(
        FollowedSearch, null=True, on_delete=models.PROTECT, related_name="follows"
    )
    name = models.CharField(max_length=NAME, blank=True)  # as it was when it was followed
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="follows"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+"
    )
    why = models.CharField(max_length=9, choices=Why, blank=True)
    relied = models.CharField(max_length=20, blank=True)  # the tender in which it did
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # kept, so that it does not come back unasked

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("what somebody follows")
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "person"], condition=~Q(line=""), name="follow_once"
            ),
            *(
                models.UniqueConstraint(fields=[kind, "person"], name=f"follow_{kind}_once")
                for kind in RECORDS
            ),
            models.UniqueConstraint(
                fields=["solution", "organisation"], name="follow_solution_once_for_all"
            ),
            models.CheckConstraint(
                condition=Q(person=None) ^ Q(organisation=None), name="follow_by_one"
            ),
            models.CheckConstraint(condition=one_of_all(), name="follow_of_something"),
        ]

    def __str__(self) -> str:
        return self.name or self.line

    @property
    def subject(self) -> Subject:
        """The field that names what is followed, and its key."""
        if self.line:
            return LINE, self.line
        return next((kind, key) for kind in RECORDS if (key := getattr(self, f"{kind}_id")))

    @property
    def kind(self) -> str:
        return self.subject[0]

    @property
    def reason(self) -> str:
        """Why somebody is told who did not ask."""
        return str(self.Why(self.why).label) % {"tender": self.relied} if self.why else ""

    def end_for(self, person: User, *, at: datetime) -> None:
        """Tell this person no more, whoever else is told."""
        name, key = self.subject
        Follow.objects.update_or_create(
            person=person,
            **({LINE: key} if name == LINE else {f"{name}_id": key}),
            defaults={"ended_at": at},
            create_defaults={"ended_at": at, "since": at, "name": self.name},
        )


def follow(record: models.Model, *, by: User, at: datetime, name: str = "") -> None:
    """Begin to be told of it; twice is once. `name`: what they call it, where it has none."""
    kind, key = subject_of(record)
    own = Follow.objects.filter(person=by)
    if kind == LINE:
        record.may_follow(by=by, at=at)  # type: ignore[attr-defined]
    if own.of(record).filter(ended_at=None).exists():
        return
    if own.filter(ended_at=None).count() >= MOST:
        words = gettext("You follow %(n)d things already. End some of them first.")
        raise NotReady(words % {"n": MOST})
    Follow.objects.update_or_create(
        person=by,
        **({LINE: key} if kind == LINE else {kind: record}),
        defaults={"since": at, "ended_at": None, "name": (name or str(record))[:NAME]},
    )


def rely(
    solutions: Iterable[Any], buyer: Organisation, *, why: str, line: str, at: datetime
) -> None:
    """From now on those who act for the buyer follow these products, by key, since it relied on
    them in this tender. One statement, and one for their names."""
    names = dict(Solution.objects.filter(pk__in=solutions).values_list("pk", "name"))
    rows = [
        Follow(
            solution_id=key,
            organisation=buyer,
            why=why,
            relied=line,
            since=at,
            name=name,
        )
        for key, name in sorted(names.items())
    ]
    Follow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["solution", "organisation"],
        update_fields=["why", "relied"],
    )


def followed_by(person: Reader) -> Iterator[Follow]:
    """What a person is told of, the newest first, each once. Two statements."""
    rows = list(Follow.objects.to(person).with_subjects())
    known = {row.subject for row in rows if row.person_id and row.ended_at}
    for row in sorted(rows, key=lambda row: row.person_id is None):  # what they asked for first
        if row.subject not in known:
            known.add(row.subject)
            yield row


def following(record: models.Model, person: Reader) -> Follow | None:
    """The row by which they are told of it; None where they are not."""
    if not person.is_authenticated:
        return None
    rows = sorted(Follow.objects.to(person).of(record), key=lambda row: row.person_id is None)
    return rows[0] if rows and rows[0].ended_at is None else None


def followers(subjects: Mapping[str, Any], *, at: datetime) -> dict[User, Follow]:
    """Everybody who is told of what happened to any of these at that moment, each once with the row
    that says why. Two statements, one where no organisation follows."""
    begun = Follow.objects.among(subjects).filter(since__lte=at)
    rows = list(begun.select_related("person").order_by("pk"))
    rows.sort(key=lambda row: WIDTH.get(row.kind, 0), reverse=True)  # the narrowest says why
    ended = {(row.person_id, row.subject) for row in rows if row.ended_at}
    told = {
        row.person: row for row in rows if row.person and row.person.is_active and not row.ended_at
    }
    shared = {row.organisation_id: row for row in rows if row.organisation_id}
    if not shared:
        return told
    members = Membership.objects.filter(
        organisation__in=Organisation.objects.filter(pk__in=shared).in_force(),
        until=None,
        role__in=ACTING,
        user__is_active=True,
    )
    for member in members.select_related("user").order_by("user", "organisation"):
        row = shared[member.organisation_id]
        if (member.user_id, row.subject) not in ended:
            told.setdefault(member.user, row)
    return told
