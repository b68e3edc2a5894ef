"""What a person was told, a line each: unread or read, by matter, with the deed that is due now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from certcentre.accounts.people import User, signed_in_user
from certcentre.desk.home import Work
from certcentre.desk.mailing import News, subject
from certcentre.desk.models import Notice, NoticeQuerySet, Telling
from certcentre.paging import Numbered
from certcentre.step_page import or_nothing
from certcentre.steps import Words, every_step, matters
from certcentre.worklist import Task, next_deeds, tasks

PER_PAGE = 25
MOST_COUNTED = 100  # unread lines; the header says "99+" of more
LONGEST = 100  # letters that are looked for
LAST = 2**63 - 1  # a key of a row
Subject = tuple[str, str]  # "standards.engagement" and its key


def unread(request: HttpRequest) -> str:
    """How many lines whoever is signed in has not read, for the header; nothing where there is
    none."""
    if not request.user.is_authenticated:
        return ""
    number = Notice.objects.of(request.user).unread().order_by()[:MOST_COUNTED].count()
    return f"{MOST_COUNTED - 1}+" if number == MOST_COUNTED else str(number or "")


@dataclass(frozen=True)
class Line:
    """One hand-over as it is shown now."""

    notice: Notice
    deed: Task | None  # what the reader is to do about it
    alike: int  # lines about the same record

    @property
    def title(self) -> Words:
        """What was said then; lines from before there were inboxes know the step alone."""
        step = every_step().get(self.notice.entry.step)
        return self.notice.title or (step.words if step else self.notice.entry.step)

    @property
    def matter(self) -> Words:
        known = matters().get(self.notice.matter)
        return known.words if known else ""


class Choice:
    """Which lines are shown: of one matter, unread ones, about one record, with these words."""

    def __init__(self, person: User, given: QueryDict) -> None:
        self.person = person
        self.matter = matter if (matter := given.get("matter", "")) in matters() else ""
        self.unread = given.get("unread") == "1"
        self.words = given.get("q", "").strip()[:LONGEST]
        self._about = given.get("about", "")

    @cached_property
    def about(self) -> Notice | None:
        """A line of theirs: those about the same record are shown."""
        own = Notice.objects.of(self.person).select_related("entry")
        return own.filter(pk=whole(self._about)).first() if self._about else None

    @property
    def lines(self) -> NoticeQuerySet:
        rows = Notice.objects.of(self.person)
        if self.matter:
            rows = rows.filter(matter=self.matter)
        if self.unread:
            rows = rows.unread()
        if self.about:
            entry = self.about.entry
            rows = rows.filter(
                entry__subject_type=entry.subject_type, entry__subject_id=entry.subject_id
            )
        if self.words:
            rows = rows.filter(title__icontains=self.words)
        return rows

    @property
    def is_narrow(self) -> bool:
        return bool(self.matter or self.unread or self.about or self.words)

    def asked(self, **otherwise: str) -> str:
        """What asks for these lines, or for others in some respect, as the end of an address."""
        now = {
            "matter": self.matter,
            "unread": "1" if self.unread else "",
            "about": str(self.about.pk) if self.about else "",
            "q": self.words,
        }
        chosen = {name: value for name, value in (now | otherwise).items() if value}
        return f"?{urlencode(chosen)}" if chosen else ""

    def query(self, **otherwise: str) -> str:
        return reverse("inbox") + self.asked(**otherwise)


@dataclass(frozen=True)
class Tally:
    """One way to narrow the list, with how many lines it leaves."""

    words: Words
    url: str
    number: int
    current: bool


def tallies(choice: Choice) -> tuple[list[Tally], int, int]:
    """All lines, the unread ones and those of each matter, how many are unread, and the key of the
    last that there is. One statement."""
    rows = Notice.objects.of(choice.person).order_by().values("matter")
    counted = rows.annotate(
        number=Count("pk"), unread=Count("pk", filter=Q(read_at=None)), last=Max("pk")
    )
    numbers = {row["matter"]: (row["number"], row["unread"]) for row in counted}
    last = max((row["last"] for row in counted), default=0)
    every, unread = (sum(pair[part] for pair in numbers.values()) for part in (0, 1))
    shown = [
        Tally(
            gettext("All"),
            choice.query(matter="", unread="", about=""),
            every,
            not (choice.matter or choice.unread or choice.about),
        ),
        Tally(
            gettext("Unread"),
            choice.query(unread="" if choice.unread else "1"),
            unread,
            choice.unread,
        ),
    ]
    for name, matter in matters().items():
        if name in numbers:
            here = name == choice.matter
            url = choice.query(matter="" if here else name, about="")
            shown.append(Tally(matter.words, url, numbers[name][0], here))
    return shown, unread, last


def shown(notices: Iterable[Notice], person: User, *, at: datetime) -> Iterator[Line]:
    """The lines with what is due and how many are about the same. One statement, and one for each
    row of the work list that may be about such records, however many lines."""
    rows = list(notices)
    keys: dict[str, set[str]] = {}
    for row in rows:
        keys.setdefault(row.entry.subject_type, set()).add(row.entry.subject_id)
    deeds, numbers = next_deeds(keys, person, at=at), alike(person, keys)
    for row in rows:
        about = (row.entry.subject_type, row.entry.subject_id)
        yield Line(row, deeds.pop(about, None), numbers[about])  # said once, on the newest


def alike(person: User, keys: dict[str, set[str]]) -> dict[Subject, int]:
    """How many lines of theirs are about each record."""
    if not keys:
        return {}
    each = (Q(entry__subject_type=kind, entry__subject_id__in=some) for kind, some in keys.items())
    which = reduce(or_, each)
    pair = ("entry__subject_type", "entry__subject_id")
    counted = Notice.objects.of(person).filter(which).order_by().values_list(*pair)
    return {(kind, key): number for kind, key, number in counted.annotate(Count("pk"))}


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Every hand-over to whoever is signed in, the newest first."""
    person, at = signed_in_user(request), timezone.now()
    choice = Choice(person, request.GET)
    chosen = choice.lines.select_related("entry").defer("entry__body", "entry__salt")
    page = Numbered(chosen, PER_PAGE).get_page(request.GET.get("page"))
    with person.memberships_read_once():
        lines = list(shown(page, person, at=at))
        work = Work(tasks(person, at=at))
    tally, number, last = tallies(choice)
    context = {
        "choice": choice,
        "here": choice.asked(page=str(page.number) if page.number > 1 else ""),
        "page": page,
        "lines": lines,
        "tally": tally,
        "number": number,
        "newest": last,
        "work": work,
        "longest": LONGEST,
    }
    with timezone.override(Telling.of(person).place):
        return render(request, "desk/inbox.html", context)


@require_GET
def inbox_open(request: HttpRequest, pk: int) -> HttpResponse:
    """On to the record that a line is about; the line is read then."""
    person = signed_in_user(request)
    lines = Notice.objects.of(person).select_related("entry", "follow")
    line = get_object_or_404(lines, pk=min(pk, LAST))
    if not settings.READ_ONLY:
        Notice.objects.filter(pk=line.pk).unread().update(read_at=timezone.now())
    try:
        return redirect(News(line.entry, subject(line.entry)).place(person, line.follow))
    except ObjectDoesNotExist as gone:
        raise Http404 from gone


@require_POST
def inbox_read(request: HttpRequest) -> HttpResponse:
    """Mark one line as read or unread, or all that are shown and were there when it was."""
    person, at = signed_in_user(request), timezone.now()
    choice = Choice(person, request.GET)
    own = Notice.objects.of(person).order_by()
    if key := whole(request.POST.get("unread", "")):
        own.filter(pk=key).update(read_at=None)
    elif key := whole(request.POST.get("read", "")):
        own.filter(pk=key).unread().update(read_at=at)
    else:
        until = whole(request.POST.get("until", ""))
        number = choice.lines.order_by().filter(pk__lte=until).unread().update(read_at=at)
        words = ngettext("%(n)d line marked as read.", "%(n)d lines marked as read.", number)
        messages.success(request, or_nothing(words % {"n": number}, number))
    page = whole(request.GET.get("page", ""))
    return redirect(choice.query(page=str(page) if page > 1 else ""))


def whole(typed: str) -> int:
    """A number as a page sends it; 0 where it is none that a line could have."""
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(LAST))
    return min(int(typed), LAST) if is_number else 0
