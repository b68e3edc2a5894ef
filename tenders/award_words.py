"""What an annex says of its award criteria, in its language: sentences with points worked out.

Pure, from the terms of a lot as they are frozen; every number comes from `scoring`.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from babel.numbers import format_decimal

from certcentre.plain_text import plain
from standards.registry.matching.qualifying import FULL_WEIGHT
from tenders import scoring
from tenders.neutrality import open_up
from tenders.scoring import HIGHEST, LEVEL, LEVELS, LINEAR, RATIO, Rules

Award = Mapping[str, Any]  # as a body has it: price, quality (None where nothing is scored), scores
EXAMPLE = (Decimal(80_000), Decimal(100_000))  # the lowest price, and that of the bid worked out

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "price": "price",
        "cost": "cost",
        "price_title": "Price",
        "cost_title": "Cost over the whole contract",
        "of": "{kind}: {words}",
        RATIO: "{weight} × lowest {kind} ÷ {kind}",
        LINEAR: "{weight} × (2 − {kind} ÷ lowest {kind}), never below 0",
        "only": "the lowest {kind} wins",
        "short": "{title} {weight}, quality {quality}",
        "short_only": "{title} alone",
        "criterion": "Met at {level} or above: {points} points. Otherwise 0.",
        "by_level": "By assurance: {points} points. Otherwise 0.",
        "fact": "Met: {points} points. Otherwise 0.",
        "question": "Scored 0 to {highest}: {weight} × score ÷ {highest}.",
        "least_score": "A bid that scores below {score} here is not considered.",
        "alone": "Nothing is scored. Of the bids that meet every must, the one with the lowest "
        "{kind} wins. Bids with the same {kind} share a place; a draw decides between them.",
        "full": "A bid can get {full} points: {weight} for the {kind}, {quality} for quality. The "
        "bid with the highest total wins.",
        "ratio_says": "Points for the {kind} = {formula}.",
        "linear_says": "Points for the {kind} = {formula}. Twice the lowest {kind}, or more, gets "
        "0.",
        "lowest": "Only bids that meet every must are considered; the lowest {kind} is that of the "
        "bids that are considered.",
        "example": "Example: the lowest {kind} is {lowest}, that of this bid is {price}. {sum} = "
        "{points} points.",
        "ratio_sum": "{weight} × {lowest} ÷ {price}",
        "linear_sum": "{weight} × (2 − {price} ÷ {lowest})",
        "levels": "A should that is met gets a part of its points by its assurance: {parts}. Below "
        "the least assurance asked it is not met. An answer that evaluators accept on its words "
        "gets the part of the least assurance asked.",
        "part": "AL{level} {share}\u00a0%",
        "threshold": "A bid with fewer than {points} points for quality ({share}\u00a0% of "
        "{quality}) is not considered either.",
        "rounding": "Each number of points is rounded to two decimal places; exactly half a "
        "hundredth is rounded up. Totals add up the rounded points.",
        "ties": "Of equal totals the bid with more points for quality comes first, then the one "
        "with the lower {kind}. Bids that are equal in this too share a place; a draw "
        "decides between them.",
        "unsaid": "DRAFT: how much the {kind} counts is still to be said.",
    },
    "fr": {
        "price": "prix",
        "cost": "coût",
        "price_title": "Prix",
        "cost_title": "Coût sur toute la durée du marché",
        "of": "{kind} : {words}",
        RATIO: "{weight} × {kind} le plus bas ÷ {kind}",
        LINEAR: "{weight} × (2 − {kind} ÷ {kind} le plus bas), jamais moins de 0",
        "only": "le {kind} le plus bas l’emporte",
        "short": "{title} {weight}, qualité {quality}",
        "short_only": "{title} seul",
        "criterion": "Rempli au moins au niveau {level} : {points} points. Sinon 0.",
        "by_level": "Selon l’assurance : {points} points. Sinon 0.",
        "fact": "Rempli : {points} points. Sinon 0.",
        "question": "Noté de 0 à {highest} : {weight} × note ÷ {highest}.",
        "least_score": "Une offre notée en dessous de {score} ici n’est pas retenue.",
        "alone": "Rien n’est noté. Parmi les offres qui remplissent toutes les obligations, celle "
        "dont le {kind} est le plus bas l’emporte. Les offres au même {kind} partagent une place ; "
        "un tirage au sort les départage.",
        "full": "Une offre peut obtenir {full} points : {weight} pour le {kind}, {quality} pour la "
        "qualité. L’offre qui a le total le plus élevé l’emporte.",
        "ratio_says": "Points pour le {kind} = {formula}.",
        "linear_says": "Points pour le {kind} = {formula}. Le double du {kind} le plus bas, ou "
        "davantage, obtient 0.",
        "lowest": "Seules les offres qui remplissent toutes les obligations sont retenues ; le "
        "{kind} le plus bas est celui des offres retenues.",
        "example": "Exemple : le {kind} le plus bas est {lowest}, celui de cette offre {price}. "
        "{sum} = {points} points.",
        "ratio_sum": "{weight} × {lowest} ÷ {price}",
        "linear_sum": "{weight} × (2 − {price} ÷ {lowest})",
        "levels": "Une exigence notée qui est remplie obtient une part de ses points selon son "
        "assurance : {parts}. En dessous de l’assurance minimale demandée, elle n’est pas remplie. "
        "Une réponse que les évaluateurs acceptent sur ses explications obtient la part de "
        "l’assurance minimale demandée.",
        "part": "AL{level} {share}\u00a0%",
        "threshold": "Une offre qui a moins de {points} points pour la qualité ({share}\u00a0% de "
        "{quality}) n’est pas retenue non plus.",
        "rounding": "Chaque nombre de points est arrondi à deux décimales ; un demi-centième exact "
        "est arrondi vers le haut. Les totaux additionnent les points arrondis.",
        "ties": "À total égal, l’offre qui a le plus de points pour la qualité vient d’abord, puis "
        "celle dont le {kind} est le plus bas. Les offres encore égales partagent une place ; un "
        "tirage au sort les départage.",
        "unsaid": "PROJET : la part du {kind} reste à indiquer.",
    },
}

SCORES: dict[str, tuple[str, ...]] = {  # what each figure means, where the buyer does not say it
    "en": (
        "Nothing: no answer, or one that is about something else.",
        "Poor: most of what is asked is missing or not shown.",
        "Weak: a part of what is asked is there, with clear gaps.",
        "Sufficient: what is asked is there, with small gaps.",
        "Good: all that is asked is there and shown.",
        "Excellent: all that is asked is there and shown, with more that is of use to the buyer.",
    ),
    "fr": (
        "Rien : pas de réponse, ou une réponse hors sujet.",
        "Médiocre : l’essentiel de ce qui est demandé manque ou n’est pas montré.",
        "Faible : une partie de ce qui est demandé est là, avec des lacunes nettes.",
        "Suffisant : ce qui est demandé est là, avec de petites lacunes.",
        "Bon : tout ce qui est demandé est là et montré.",
        "Excellent : tout ce qui est demandé est là et montré, avec plus d’utile pour l’acheteur.",
    ),
}


def points(value: Decimal, language: str) -> str:
    """Always with two places."""
    return str(format_decimal(value, format="#,##0.00", locale=language))


def title(kind: str, words: str, language: str) -> str:
    """What the first criterion is called."""
    name = WORDS[language][f"{kind}_title"]
    return WORDS[language]["of"].format(kind=name, words=words) if words else name


def formula(kind: str, formula: str, weight: int | None, language: str) -> str:
    """How the price is scored, as it is printed; "…" while its weight is not said."""
    words = WORDS[language]
    if weight == FULL_WEIGHT:
        return words["only"].format(kind=words[kind])
    return words[formula].format(weight=weight or "…", kind=words[kind])


def short(award: Award, language: str) -> str:
    """The criteria in a line; empty while they are not said."""
    words, price = WORDS[language], award["price"]
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


def scores(own: Sequence[str], language: str) -> list[str]:
    """What each score means: as the buyer says it, else in the annex's own words."""
    mine = [open_up(plain(words), language, own=True) for words in own]
    return [words or usual for words, usual in zip_longest(mine, SCORES[language], fillvalue="")]


def earned(asked: Mapping[str, Any], earns: str, language: str) -> str:
    """How one should earns its points; empty for what earns none."""
    words, weight, least = WORDS[language], asked["weight"], asked["least"]
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
    words, price, quality = WORDS[language], award["price"], award["quality"]
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
    words, (lowest, own) = WORDS[language], EXAMPLE
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
