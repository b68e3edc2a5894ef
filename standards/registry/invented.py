"""Invented names, facts and answers, spread about as in a real market."""

from random import Random
from typing import Any


def words(text: str) -> list[str]:
    return text.split()


COUNTRIES = words(
    "KE TZ UG RW NG GH SN CI ZA MA EG JO LB SA IN BD ID PH VN BR CL UY MX CO PE US CA "
    "GB IE FR DE EE FI PL ES PT IT NL SE NO"
)
LANGUAGES = words("en fr sw ar pt es hi bn id et de fi pl it nl wo ha yo am rw")
FIRST = words("Soma Kitabu Lecture Tusome Aprender Leer Lugemine Padhai Belajar Kupanda Ecole")
SECOND = words("Reader Maths Tutor Library Cards Lab Studio Bridge Garden Atlas Compass Notes")
KINDS = words("learning_app content_library assessment communication adaptive_tutor lms")
LEGAL = ("Labs", "Trust", "Cooperative", "Ltd", "GmbH", "SARL", "Foundation")
SIZES = ("micro", "micro", "micro", "small", "small", "medium", "large")
CONNECTIONS = ("always_online", "always_online", "tolerates_gaps", "works_offline")
THOROUGH = 0.03
ADVERTISING = ("none",) * 8 + ("contextual", "behavioural")


def product(source: Random, number: int) -> tuple[str, str]:
    """Name and summary."""
    name = f"Example {source.choice(FIRST)} {source.choice(SECOND)} {number}"
    ages = f"{source.randint(4, 9)} to {source.randint(10, 17)}"
    return name, f"{source.choice(SECOND)} for ages {ages}."


def company(source: Random, number: int) -> str:
    return f"Example {source.choice(FIRST)} {source.choice(LEGAL)} {number}"


def size(source: Random) -> str:
    return source.choice(SIZES)


def facts(source: Random) -> dict[str, Any]:
    """Some of what a provider says; one in twenty says neither countries nor languages."""
    said: dict[str, Any] = {
        "product_kind": [source.choice(KINDS)],
        "delivery": source.sample(["web", "android", "ios", "offline_package"], 2),
        "audience_age": source.sample(["6-9", "10-12", "13-15", "16-17"], 2),
        "direct_users": ["learner", "teacher"],
        "personal_data": source.sample(["school_identifier", "learning_activity", "contact"], 2),
        "advertising": source.choice(ADVERTISING),
        "connectivity": source.choice(CONNECTIONS),
        "provider_size": size(source),
        "ai_use": source.choice((["none"], ["none"], ["recommendation"], ["speech_recognition"])),
    }
    if source.random() < 0.95:
        said["countries_offered"] = source.sample(COUNTRIES, source.randint(1, 12))
        said["languages"] = source.sample(LANGUAGES, source.randint(1, 5))
    return said


def care(source: Random) -> float:
    """How much of what it answers a provider meets; three in a hundred meet nearly all."""
    return 0.999 if source.random() < THOROUGH else source.triangular(0.5, 0.98, 0.85)


def answer(source: Random, care: float) -> tuple[str, str]:
    """An outcome, and who accepted it where it does not apply."""
    drawn = source.random()
    if drawn < care:
        return ("met", "") if drawn > 0.03 else ("not_applicable", "rule")
    left = (drawn - care) / (1 - care)
    if left < 0.4:
        return "partly_met", ""
    return ("not_met", "") if left < 0.75 else ("not_applicable", "")
