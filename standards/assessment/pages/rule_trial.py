"""A rule tried before it is published: on typed facts, on one solution, on all that are listed."""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from standards.assessment.solutions import Solution
from standards.catalogue import applicability
from standards.catalogue.abilities import for_officer
from standards.catalogue.applicability import Applied, asked, condition, unanswered
from standards.catalogue.conditions import in_words
from standards.catalogue.editions import Criterion
from standards.catalogue.facts import CountryGroup, Fact
from standards.catalogue.forms import FactForm
from standards.catalogue.rules import Rule, catalogue, published_rules, pure

MOST = 20_000  # listed solutions that one trial reads
NAMED = 20


@require_safe
def rule_try(request: HttpRequest, key: str) -> HttpResponse:
    """Nothing is stored: the facts stand in the address."""
    rows = Rule.objects.select_related("edition", "level")
    rule: Rule = for_officer(request, rows, key=key)
    facts = list(Fact.objects.all())
    names = asked(rule.when)
    solution = chosen(request)
    given = (
        solution.current_release.declared_facts if solution and solution.current_release else None
    )
    form = FactForm("", request.GET if "try" in request.GET else None, initial=given or {},
                    asked=[fact for fact in facts if fact.key in names])  # fmt: skip
    answers: dict[str, Any] | None = given
    if "try" in request.GET and form.is_valid():
        answers = {**(given or {}), **form.facts()}
    context = {
        "rule": rule,
        "condition": in_words(rule.when, {fact.key: fact for fact in facts}),
        "form": form,
        "solution": solution,
        "found": search(request),
        "q": request.GET.get("q", "")[:100],
        "result": tried(rule, answers) if answers is not None else None,
        "market": market(rule),
        "trail": [
            (gettext("The catalogue"), reverse("catalogue")),
            (gettext("Rules"), reverse("catalogue-rules")),
            (rule.key, reverse("catalogue-rules-one", args=[rule.key])),
        ],
    }
    return render(request, "assessment/rule_try.html", context)


def chosen(request: HttpRequest) -> Solution | None:
    wanted = request.GET.get("solution", "")
    if not wanted:
        return None
    listed = Solution.objects.listed().select_related("current_release", "organisation")
    try:
        return get_object_or_404(listed, pk=wanted)
    except ValidationError:  # not even an id
        return None


def search(request: HttpRequest) -> list[Solution]:
    """Listed solutions by name; only what they declared to everybody is tried."""
    words = request.GET.get("q", "").strip()[:100]
    if not words:
        return []
    listed = Solution.objects.listed().select_related("organisation")
    return list(listed.filter(name__icontains=words).order_by("name")[:NAMED])


def tried(rule: Rule, answers: dict[str, Any]) -> dict[str, Any]:
    """Whether it fires, what it waits for, and which criteria change by it."""
    now = timezone.now()
    groups = dict(CountryGroup.objects.values_list("key", "members"))
    holds = condition(rule.when, answers, groups)
    others = [
        published_rule
        for published_rule in published_rules(at=now)
        if published_rule.key != rule.key
    ]
    with_it = [*others, pure(rule, now.date())]
    keys = {rule_shape.edition for rule_shape in with_it}
    shapes = catalogue(keys)
    before = applicability.resolve(others, answers, shapes, today=now.date())
    after = applicability.resolve(with_it, answers, shapes, today=now.date())
    facts = Fact.objects.in_bulk(unanswered(rule.when, answers, groups), field_name="key")
    return {
        "holds": holds,
        "waits": [fact.text("ask") for fact in facts.values()],
        "changes": changes(before, after),
        "blocked": rule.effect == Rule.Effect.BLOCKS_LISTING and holds,
    }


def changes(before: Applied, after: Applied) -> list[tuple[Criterion, str, str]]:
    """Criteria whose effect is another with the rule than without it."""
    labels: dict[str, Any] = dict(Rule.Effect.choices)
    keys = [
        key
        for key in before.criteria.keys() | after.criteria.keys()
        if before.criteria.get(key) != after.criteria.get(key)
    ]
    rows = Criterion.objects.select_related("edition").in_bulk(keys, field_name="key")
    nothing = gettext("nothing")
    return [
        (
            row,
            str(labels.get(before.criteria.get(row.key, ""), nothing)),
            str(labels.get(after.criteria.get(row.key, ""), nothing)),
        )
        for row in sorted(rows.values(), key=lambda one: (one.edition.key, one.position))
    ]


def market(rule: Rule) -> dict[str, Any]:
    """How many listed solutions it fires for, by what they declared. Two statements."""
    groups = dict(CountryGroup.objects.values_list("key", "members"))
    rows = Solution.objects.listed().values_list("pk", "name", "current_release__declared_facts")
    counted: Counter[bool | None] = Counter()
    named: list[tuple[Any, str]] = []
    for pk, name, stated in rows.order_by("name")[:MOST]:
        holds = condition(rule.when, stated, groups)
        counted[holds] += 1
        if holds and len(named) < NAMED:
            named.append((pk, name))
    return {
        "fires": counted[True],
        "not": counted[False],
        "unknown": counted[None],
        "of": counted.total(),
        "named": named,
    }
