"""What an annex says of its award criteria, in its language: sentences with points worked out.

Pure, from the terms of a lot as they are frozen; every number comes from `scoring`.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from babel.numbers import format_decimal

from standards.registry.matching.qualifying import FULL_WEIGHT
from tenders import paper_languages, scoring
from tenders.scoring import HIGHEST, LEVEL, LEVELS, Rules

Award = Mapping[str, Any]  # as a body has it: price, quality (None where nothing is scored), scores
EXAMPLE = (Decimal(80_000), Decimal(100_000))  # the lowest price, and that of the bid worked out


def points(value: Decimal, language: str) -> str:
    """Always with two places."""
    return str(format_decimal(value, format="#,##0.00", locale=language))


def title(kind: str, words: str, language: str) -> str:
    """What the first criterion is called."""
    name = paper_languages.of(language).award[f"{kind}_title"]
    return (
        paper_languages.of(language).award["of"].format(kind=name, words=words) if words else name
    )


def formula(kind: str, formula: str, weight: int | None, language: str) -> str:
    """How the price is scored, as it is printed; "…" while its weight is not said."""
    words = paper_languages.of(language).award
    if weight == FULL_WEIGHT:
        return words["only"].format(kind=words[kind])
    return words[formula].format(weight=weight or "…", kind=words[kind])


def short(award: Award, language: str) -> str:
    """The criteria in a line; empty while they are not said."""
    words, price = paper_languages.of(language).award, award["price"]
    name = words[f"{price['kind']}_title"]
    if not award["quality"]:
        return words["short_only"].format(title=name)
    if not price["weight"]:
        return ""
    quality = award["quality"]["weight"]
    return words["short"].format(title=name, weight=price["weight"], quality=quality)


def is_question(asked: Mapping[str, Any]) -> bool:
    """Whether people score it: it is in the buyer's own words."""
    return not asked["criterion"] and not asked.get("fact")


def scores(own: Iterable[str], language: str) -> list[str]:
    """What each score means: as the buyer says it, else in the annex's own words."""
    return [
        words or usual
        for words, usual in zip_longest(own, paper_languages.of(language).scores, fillvalue="")
    ]


def earned(asked: Mapping[str, Any], earns: str, language: str) -> str:
    """How one should earns its points; empty for what earns none."""
    words, weight, least = paper_languages.of(language).award, asked["weight"], asked["least"]
    if not weight:
        return ""
    if is_question(asked):
        made = words["question"].format(weight=weight, highest=HIGHEST)
        least_score = asked.get("least_score")
        more = f" {words['least_score'].format(score=least_score)}" if least_score else ""
        return made + more
    if asked.get("fact"):
        return words["fact"].format(points=points(scoring.for_fact(weight, met=True), language))
    earned_at = {
        level: scoring.for_criterion(weight, level, least=least, earns=earns)
        for level in LEVELS
        if level >= least
    }
    if earns != LEVEL:
        full = points(earned_at[least], language)
        return words["criterion"].format(level=f"AL{least}", points=full)
    each = (f"AL{level}\u00a0{points(number, language)}" for level, number in earned_at.items())
    return words["by_level"].format(points=" · ".join(each))


def sentences(award: Award, language: str) -> Iterator[str]:
    """How bids are scored, a sentence or two a line."""
    words, price, quality = paper_languages.of(language).award, award["price"], award["quality"]
    named = {"kind": words[price["kind"]], "weight": price["weight"]}
    if not quality:
        yield words["alone"].format(**named)
        return
    if not price["weight"]:
        yield words["unsaid"].format(**named)
        return
    rules = Rules.of(award)
    named |= {"full": FULL_WEIGHT, "quality": quality["weight"]}
    yield words["full"].format(**named)
    printed = formula(price["kind"], price["formula"], price["weight"], language)
    yield words[f"{price['formula']}_says"].format(formula=printed, **named)
    yield example(price, language)
    yield words["lowest"].format(**named)
    if rules.threshold:
        least = points(scoring.least_quality(rules), language)
        yield words["threshold"].format(points=least, share=rules.threshold, **named)
    if quality["earns"] == LEVEL:
        parts = (words["part"].format(level=n, share=share) for n, share in LEVELS.items())
        yield words["levels"].format(parts=", ".join(parts))
    yield words["rounding"]
    yield words["ties"].format(**named)


def example(price: Mapping[str, Any], language: str) -> str:
    """The formula of the price worked out for two bids."""
    words, (lowest, own) = paper_languages.of(language).award, EXAMPLE
    prices = {"lowest": lowest, "own": own}
    worked_out = scoring.for_prices(prices, price["weight"], price["formula"])["own"]
    amounts = {
        "weight": price["weight"],
        "lowest": str(format_decimal(lowest, locale=language)),
        "price": str(format_decimal(own, locale=language)),
    }
    return words["example"].format(
        kind=words[price["kind"]],
        sum=words[f"{price['formula']}_sum"].format(**amounts),
        points=points(worked_out, language),
        **amounts,
    )
