"""`manage.py index`: what everything public is found by, made anew or compared."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models, transaction

from certcentre.accounts.models import Organisation, OrganisationWords
from certcentre.search.models import AT_ONCE, WRITTEN, IndexEntry, Texts, Word
from standards.assessment import standings
from standards.assessment.solution_words import SolutionWords
from standards.assessment.solutions import Release, Solution, listable
from standards.catalogue import indexed as catalogue
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.profiles import Need
from standards.catalogue.reviewing import published
from tenders.models import Tender


@dataclass(frozen=True)
class Part:
    """Records of one kind: which are public, what each is found by, and where that is kept."""

    name: str
    public: Callable[[], "models.QuerySet[Any]"]
    key: Callable[[Any], Hashable]
    texts: Callable[[Any], Texts]
    put: Callable[[list[Any]], None]
    kept: Callable[[], "models.QuerySet[Any]"]  # the lines of its kind
    kept_key: str = "key"

    def batches(self) -> Iterator[list[Any]]:
        records = self.public().iterator(chunk_size=AT_ONCE)
        while batch := list(islice(records, AT_ONCE)):
            yield batch

    def wrong(self) -> Iterator[str]:
        """Records whose line is missing or says something else, and lines of no public record."""
        seen: set[Hashable] = set()
        for batch in self.batches():
            wanted = {self.key(record): self.texts(record).columns for record in batch}
            rows = self.kept().filter(**{f"{self.kept_key}__in": list(wanted)})
            kept = {key: dict(zip(WRITTEN, row, strict=True)) for key, *row in self._rows(rows)}
            seen |= wanted.keys()
            for key, columns in wanted.items():
                if kept.get(key) != columns:
                    yield f"{self.name} {key}: {'another line' if key in kept else 'no line'}"
        for key in self.kept().values_list(self.kept_key, flat=True).iterator():
            if key not in seen:
                yield f"{self.name} {key}: a line of what is not public"

    def _rows(self, rows: "models.QuerySet[Any]") -> Iterable[tuple[Any, ...]]:
        return rows.values_list(self.kept_key, *WRITTEN)


def lines(kind: str) -> "models.QuerySet[IndexEntry]":
    return IndexEntry.objects.filter(kind=kind)


def put_lines(kind: str, texts: Callable[[Any], Texts], key: str, records: list[Any]) -> None:
    IndexEntry.put(kind, {getattr(record, key): texts(record) for record in records})


def of_kind(
    kind: str, public: Callable[[], "models.QuerySet[Any]"], texts: Callable[[Any], Texts], key: str
) -> Part:
    """Records that have a line among others, by the field that is their key."""
    return Part(
        name=kind,
        public=public,
        key=lambda record: getattr(record, key),
        texts=texts,
        put=partial(put_lines, kind, texts, key),
        kept=partial(lines, kind),
    )


PARTS = (
    Part(
        name="solution",
        public=lambda: (
            Solution.objects.filter(listable(release="current_release__"))
            .select_related("current_release__standing")
            .order_by("pk")
        ),
        key=lambda solution: solution.current_release.standing.pk,
        texts=lambda solution: solution.texts,
        put=lambda records: SolutionWords.put(
            {each.current_release.standing.pk: each.texts for each in records}
        ),
        kept=SolutionWords.objects.all,
        kept_key="standing_id",
    ),
    Part(
        name="organisation",
        public=lambda: (
            Organisation.objects.exclude(verified_at=None)
            .exclude(kind=Organisation.Kind.CENTRE)
            .order_by("pk")
        ),
        key=lambda organisation: organisation.pk,
        texts=lambda organisation: organisation.texts,
        put=OrganisationWords.put,
        kept=OrganisationWords.objects.all,
        kept_key="organisation_id",
    ),
    of_kind(
        IndexEntry.EDITION,
        lambda: Edition.objects.published().order_by("pk"),
        catalogue.of_edition,
        "key",
    ),
    of_kind(
        IndexEntry.CRITERION,
        lambda: Criterion.objects.published().select_related("edition").order_by("pk"),
        lambda criterion: catalogue.of_criterion(criterion, criterion.edition),
        "key",
    ),
    of_kind(
        IndexEntry.NEED, lambda: published(Need).order_by("pk"), lambda need: need.texts, "key"
    ),
    of_kind(
        IndexEntry.TENDER,
        lambda: Tender.objects.newest().select_related("buyer").order_by("pk"),
        lambda tender: Tender.objects.filter(pk=tender.pk).texts()[tender.reference],
        "reference",
    ),
)


def rebuild() -> Mapping[str, int]:
    """Make every line anew; how many of each kind. Whole or not at all."""
    counts: dict[str, int] = {}
    with transaction.atomic():
        standings.lock(Release.objects.filter(standing=None).values_list("pk", flat=True))
        Word.objects.all().delete()
        for part in PARTS:
            part.kept().delete()
            counts[part.name] = 0
            for batch in part.batches():
                part.put(batch)
                counts[part.name] += len(batch)
    return counts


def check(tell: Callable[[str], object]) -> int:
    """Say each line that is not as it should be; how many there are."""
    wrong = [problem for part in PARTS for problem in part.wrong()]
    for problem in wrong:
        tell(problem)
    return len(wrong)


class Command(BaseCommand):
    help = (
        "Makes the index of words anew from what is public: after an upgrade that says so, and "
        "after rows were written past the portal. With --check it changes nothing, prints each "
        "line that is not as it should be and ends with 1 when there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="compare and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            if count := check(tell=self.stdout.write):
                raise CommandError(f"{count} lines of the index are not as they should be.")
            self.stdout.write("Everything public is found by the words that it has.")
            return
        for name, count in rebuild().items():
            self.stdout.write(f"{name}: {count}")
