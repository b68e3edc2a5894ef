"""The pages of mappings, rules, profiles and needs: list, look, propose, change, sign, withdraw."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certcentre.abilities import abilities, refusal
from certcentre.accounts.forms import PublicReasonForm
from certcentre.accounts.people import User, signed_in_user
from certcentre.lifecycle import NotReady
from certcentre.paging import Numbered
from certcentre.step_page import Question, or_nothing, posted, prove, step_page
from standards.catalogue import history
from standards.catalogue.abilities import for_officer, officer
from standards.catalogue.forms import PublishForm, SignForm
from standards.catalogue.pages.kinds import KINDS, Kind
from standards.catalogue.proposing import propose
from standards.catalogue.record_forms import RecordForm
from standards.catalogue.reviewing import Review, by_others
from standards.catalogue.rules import Rule

PAGE = 50
UNPROCESSABLE = 422
PUBLISH = Question(
    _("Publish this"),
    _("From now on it counts and everybody sees it. You sign what a colleague proposed."),
    _("Publish"),
    _("Published."),
    verb="publish",
    weighty=True,
)
WITHDRAW = Question(
    _("Withdraw this"),
    _("It counts no longer, and this cannot be undone. What was declared and certified stands."),
    _("Withdraw"),
    _("Withdrawn."),
    destructive=True,
    verb="withdraw",
    weighty=True,
)


def here(name: str, kind: Kind, *args: str) -> str:
    return reverse(f"catalogue-{kind.key}{name}", args=args)


def trail(kind: Kind, row: Model | None = None) -> list[tuple[str, str]]:
    up = [(gettext("The catalogue"), reverse("catalogue")), (str(kind.title), here("", kind))]
    return [*up, (str(row), here("-one", kind, kind.address(row)))] if row else up


@require_safe
def listing(request: HttpRequest, kind: str) -> HttpResponse:
    """Those that wait first; narrowed by state and words."""
    return listed(request, KINDS[kind], SignForm())


def listed(
    request: HttpRequest, of: Kind, form: Form, ticked: Collection[str] = (), status: int = 200
) -> HttpResponse:
    """The list as its address narrows it. Few statements, however many."""
    user = officer(request)
    words = request.GET.get("q", "").strip()[:200]
    state = request.GET.get("status", "")
    found = of.search(words)
    if state in Review.values:
        found = found.filter(status=state)
    order = "-pk" if of.name == "mapping" else "key"
    page = Numbered(found.order_by("status", order), PAGE).get_page(request.GET.get("page"))
    proposed = of.model.objects.filter(status=Review.PROPOSED, pk__in=[row.pk for row in page])
    signable = set(by_others(proposed, user).values_list("pk", flat=True))
    lines = [
        {
            "row": row,
            "key": of.address(row),
            "url": here("-one", of, of.address(row)),
            "text": of.line(row),
            "may_sign": row.pk in signable,
            "ticked": of.address(row) in ticked,
        }
        for row in page
    ]
    context = {
        "kind": of,
        "page": page,
        "lines": lines,
        "form": form,
        "signing": any(line["may_sign"] for line in lines),
        "q": words,
        "status": state,
        "states": Review.choices,
        "new": here("-new", of),
        "list": here("", of),
        "sign": narrowed(request, here("-sign", of)),
        "trail": trail(of)[:1],
    }
    return render(request, "catalogue/office/records.html", context, status=status)


def narrowed(request: HttpRequest, address: str) -> str:
    """The address with the words, the state and the page that the list is narrowed by."""
    query = request.GET.urlencode()
    return f"{address}?{query}" if query else address


@require_safe
def one(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """What it says, who stands behind it, and every step."""
    of = KINDS[kind]
    row = for_officer(request, of.rows(), **of.where(key))
    context = {
        "kind": of,
        "row": row,
        "told": of.told(row),
        **abilities(row, signed_in_user(request), at=timezone.now()).context,
        "history": history.told(row),
        "trail": trail(of),
        "edit": here("-edit", of, key),
        "publish": here("-publish", of, key),
        "withdraw": here("-withdraw", of, key),
        "copy": f"{here('-new', of)}?from={key}",
        "trial": tried(row) if of.name == "rule" else "",
    }
    return render(request, "catalogue/office/record.html", context)


def tried(row: Rule) -> str:
    """Where a rule is tried; that page stands above the catalogue."""
    try:
        return reverse("rule-try", args=[row.key])
    except NoReverseMatch:
        return ""


def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Propose one, from nothing or beginning with one that stands."""
    of = KINDS[kind]
    officer(request)
    stored, begin = None, request.GET.get("from", "")
    if begin:
        stored = of.record(for_officer(request, of.rows(), **of.where(begin)))
    form = of.form(posted(request), stored=stored)
    if of.name == "mapping":
        form.initial.setdefault("source", request.GET.get("source", ""))
    if "id" in form.fields:
        form.fields["id"].disabled = False
    return write(request, of, form, gettext("Proposed. A second person of the centre signs it."))


def edit(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    of = KINDS[kind]
    row = for_officer(request, of.rows(), **of.where(key))
    form = of.form(posted(request), stored=of.record(row))
    if of.name == "mapping":
        form.fields["source"].disabled = form.fields["target"].disabled = True
    return write(request, of, form, gettext("Changed."), row)


def write(
    request: HttpRequest, of: Kind, form: RecordForm, done: str, row: Model | None = None
) -> HttpResponse:
    """Show the form; when sent, check it as a file is checked, and write or say what is wrong."""
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            if row is None:
                taken(of, form.record())
            said = {"by": officer(request), "at": timezone.now(), "reason": reason}
            written = propose(of.name, form.record(), **said)
        except NotReady as missing:
            for problem in missing.problems:
                form.add_error(None, problem)
        else:
            messages.success(request, done)
            return redirect(here("-one", of, of.address(written)))
    context = {
        "kind": of,
        "form": form,
        "row": row,
        "trail": trail(of, row),
        "back": here("-one", of, of.address(row)) if row else here("", of),
        "facts": getattr(form, "facts", {}).values(),
    }
    status = UNPROCESSABLE if form.is_bound else None
    return render(request, "catalogue/office/record_edit.html", context, status=status)


def taken(of: Kind, record: dict[str, Any]) -> None:
    """A new record does not write over one that stands."""
    if of.name == "mapping":
        ends = {"source__key": record["source"], "target__key": record["target"]}
        turned = {"source__key": record["target"], "target__key": record["source"]}
        living = of.model.objects.exclude(status=Review.WITHDRAWN)
        if living.filter(**ends).exists() or living.filter(**turned).exists():
            raise NotReady(gettext("These two criteria are mapped already. Change that mapping."))
    elif of.model.objects.filter(key=record["id"]).exists():
        raise NotReady(
            gettext("The key “%(key)s” is taken, also by what was withdrawn. Choose another.")
            % {"key": record["id"]}
        )


def publish(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    of = KINDS[kind]
    row = for_officer(request, of.rows(), **of.where(key))

    def take(*, by: User | None, at: datetime, signed: bool) -> None:
        row.publish(by=by, at=at)

    return step(request, of, row, PUBLISH, PublishForm(posted(request)), take)


def withdraw(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    of = KINDS[kind]
    row = for_officer(request, of.rows(), **of.where(key))
    return step(request, of, row, WITHDRAW, PublicReasonForm(posted(request)), row.withdraw)


def step(
    request: HttpRequest,
    of: Kind,
    row: Model,
    question: Question,
    form: Form,
    take: Callable[..., object],
) -> HttpResponse:
    back = here("-one", of, of.address(row))
    return step_page(
        request, question, form, take, back=back, trail=trail(of, row), of=row, kicker=str(row)
    )


def sign(request: HttpRequest, kind: str) -> HttpResponse:
    """Publish those that are ticked; what the reader had a hand in is left, and said."""
    of, user, now = KINDS[kind], officer(request), timezone.now()
    sent = posted(request)
    if sent is None:
        return redirect(narrowed(request, here("", of)))
    form, keys = SignForm(sent), sent.getlist("key")[:PAGE]
    if not keys:
        form.add_error(None, gettext("Tick at least one that you read."))
    if not form.is_valid() or request.method != "POST":
        return listed(request, of, form, keys, UNPROCESSABLE)
    prove(request)
    done = left = 0
    for key in keys:
        row = of.rows().filter(status=Review.PROPOSED, **of.where(key)).first()
        if row is None or refusal(row, "publish", user, now):
            left += 1
            continue
        row.publish(by=user, at=now)
        done += 1
    words = ngettext("%(n)s published.", "%(n)s published.", done) % {"n": done}
    words = or_nothing(words, done)
    more = gettext("%(n)s left: you had a hand in them, or they were signed meanwhile.")
    messages.success(request, f"{words} {more % {'n': left}}" if left else words)
    return redirect(narrowed(request, here("", of)))
