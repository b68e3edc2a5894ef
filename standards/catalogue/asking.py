"""What applies, for anybody: the answers stand in the address, and nothing is stored."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from standards.catalogue.applying import applied
from standards.catalogue.fact_forms import FactForm
from standards.catalogue.fact_values import LISTS, checked
from standards.catalogue.facts import Fact, groups
from standards.catalogue.showing import show

Groups = list[tuple[str, str, list[Fact]]]


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def applies(request: HttpRequest) -> HttpResponse:
    """One short page of questions at a time, then what applies."""
    pages = groups()
    facts = [fact for _key, _label, some in pages for fact in some]
    answers, problems = checked(in_address(request.GET, facts), facts)
    group = request.GET.get("group", "")
    if not group and (answers or not pages) and request.method != "POST":
        shown = show(applied(answers, at=timezone.now()), facts, address=pages_of(answers))
        context = {"shown": shown, "left_out": len(problems), "tabs": tabs(pages, answers, "")}
        return render(request, "catalogue/applies.html", {**context, "again": address(answers)})
    group = group or pages[0][0]
    if group not in {key for key, _label, _facts in pages}:
        raise Http404
    return ask(request, group, pages, answers)


def ask(request: HttpRequest, group: str, pages: Groups, answers: dict[str, Any]) -> HttpResponse:
    """One page of questions; an answered page leads to the next, or to the result."""
    names = [key for key, _label, _facts in pages]
    asked = pages[names.index(group)][2]
    form = FactForm(group, request.POST or None, initial=answers, asked=asked)
    if request.method == "POST":
        form = FactForm(group, request.POST, initial=answers, asked=asked)
        if form.is_valid():
            others = {key: answers[key] for key in answers if key not in form.fields}
            then = request.POST.get("then", "")
            return redirect(address({**others, **form.facts()}, then if then in names else ""))
    following = names.index(group) + 1
    context = {
        "form": form,
        "label": pages[following - 1][1],
        "number": following,
        "of": len(pages),
        "next": pages[following][:2] if following < len(pages) else None,
        "tabs": tabs(pages, answers, group),
        "answered": len(answers),
        "asked": sum(len(facts) for _key, _label, facts in pages),
        "first": not answers and following == 1,
        "action": address(answers, group),
    }
    return render(request, "catalogue/ask.html", context)


def tabs(pages: Groups, answers: Mapping[str, Any], current: str) -> list[tuple[Any, ...]]:
    """The pages with how many of their facts are answered."""
    found = []
    for key, label, facts in pages:
        done = sum(fact.key in answers for fact in facts)
        found.append((label, address(answers, key), key == current, f"{done}/{len(facts)}"))
    return found


def pages_of(answers: Mapping[str, Any]) -> Any:
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
