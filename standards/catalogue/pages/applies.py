"""What applies, for anybody: the answers stand in the address, and nothing is stored."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from standards.catalogue.applies_summary import show
from standards.catalogue.facts import LISTS, Fact, checked, groups
from standards.catalogue.forms import FactForm
from standards.catalogue.rules import applied

Groups = list[tuple[str, str, list[Fact]]]
Address = Callable[[str], str]  # the page of a group of facts; of none, the result


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def applies(request: HttpRequest) -> HttpResponse:
    """One short page of questions at a time, then what applies."""
    pages = groups(parties=False)
    facts = [fact for _key, _label, some in pages for fact in some]
    answers, problems = checked(in_address(request.GET, facts), facts)
    group = request.GET.get("group", "")
    if not group and (answers or not pages) and request.method != "POST":
        shown = show(applied(answers, at=timezone.now()), facts, address=pages_of(answers))
        context = {
            "shown": shown,
            "left_out": len(problems),
            "tabs": tabs(pages, answers, "", pages_of(answers)),
            "again": address(answers),
        }
        return render(request, "catalogue/applies.html", context)
    group = group or pages[0][0]
    if group not in {key for key, _label, _facts in pages}:
        raise Http404
    return ask(request, group, pages, answers)


def stated(query: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that an address holds; what cannot be read is left out."""
    facts = [fact for _key, _label, some in groups(parties=False) for fact in some]
    return checked(in_address(query, facts), facts)[0]


def ask(request: HttpRequest, group: str, pages: Groups, answers: dict[str, Any]) -> HttpResponse:
    """One page of questions; an answered page leads to the next, or to the result."""
    form = form_of(request, group, pages, answers)
    if request.method == "POST" and form.is_valid():
        others = {key: answers[key] for key in answers if key not in form.fields}
        return redirect(address({**others, **form.facts()}, leads_to(request, pages)))
    context = asking(form, group, pages, answers, pages_of(answers))
    return render(request, "catalogue/ask.html", context)


def form_of(
    request: HttpRequest, group: str, pages: Groups, answers: Mapping[str, Any]
) -> FactForm:
    """The questions of one page with the answers so far."""
    asked = next(facts for key, _label, facts in pages if key == group)
    data = request.POST if request.method == "POST" else None
    return FactForm(group, data, initial=answers, asked=asked)


def leads_to(request: HttpRequest, pages: Groups) -> str:
    """The page that the pressed button names; empty for the result."""
    then = request.POST.get("then", "")
    return then if then in {key for key, _label, _facts in pages} else ""


def asking(
    form: FactForm, group: str, pages: Groups, answers: Mapping[str, Any], address: Address
) -> dict[str, Any]:
    """What `catalogue/_ask.html` shows. `address` gives the page of a group."""
    following = [key for key, _label, _facts in pages].index(group) + 1
    return {
        "form": form,
        "label": pages[following - 1][1],
        "number": following,
        "of": len(pages),
        "next": pages[following][:2] if following < len(pages) else None,
        "tabs": tabs(pages, answers, group, address),
        "answered": len(answers),
        "asked": sum(len(facts) for _key, _label, facts in pages),
        "first": not answers and following == 1,
        "action": address(group),
    }


def tabs(
    pages: Groups, answers: Mapping[str, Any], current: str, address: Address
) -> list[tuple[Any, ...]]:
    """The pages with how many of their facts are answered."""
    found = []
    for key, label, facts in pages:
        done = sum(fact.key in answers for fact in facts)
        found.append((label, address(key), key == current, f"{done}/{len(facts)}"))
    return found


def pages_of(answers: Mapping[str, Any]) -> Address:
    return lambda group: address(answers, group)


def address(answers: Mapping[str, Any], group: str = "") -> str:
    """The page with these answers in its address, so that it can be kept as a bookmark."""
    words = {True: "yes", False: "no"}
    said = {
        key: ",".join(value) if isinstance(value, list) else words.get(value, value)
        for key, value in answers.items()
    }
    query = urlencode({**said, **({"group": group} if group else {})}, safe=",")
    return f"{reverse('applies')}?{query}" if query else reverse("applies")


def in_address(query: Mapping[str, Any], facts: Iterable[Fact]) -> dict[str, Any]:
    """The answers that an address holds, unchecked."""
    found: dict[str, Any] = {}
    for fact in facts:
        said = query.get(fact.key, "")
        if fact.type in LISTS:
            found[fact.key] = [part for part in said.split(",") if part]
        elif fact.type == Fact.Type.BOOL:
            found[fact.key] = {"yes": True, "no": False}.get(said, said or None)
        else:
            found[fact.key] = said
    return found
