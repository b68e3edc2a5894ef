"""Facts about a product, and the rules that say what they bring into play."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.places import countries, country, country_code, language, read_in
from standards.catalogue.applicability import is_answered
from standards.catalogue.editions import (
    Translated,
)

BAR = "|"  # between the parts of a party
MOST_LETTERS = 120  # of the name of a party, and of what it does


class Party(NamedTuple):
    """A company that a fact names, held as one text: `Name | KE | what for`."""

    name: str
    country: str  # two letters of ISO 3166
    task: str = ""

    @classmethod
    def read(cls, text: str) -> "Party":
        """From a text of any spacing; a country may be named in words."""
        name, where, task = [part.strip() for part in ([*text.split(BAR, 2), "", ""])[:3]]
        return cls(name, country_code(where) or where.upper(), task)

    @property
    def text(self) -> str:
        return f" {BAR} ".join(part for part in self if part)

    @property
    def words(self) -> str:
        """In the reader's language."""
        head = f"{self.name} ({country(self.country)})"
        return f"{head}: {self.task}" if self.task else head

    @property
    def problem(self) -> str:
        """What is wrong with it, in words; nothing where it can be kept."""
        if not self.name or len(self.name) > MOST_LETTERS or len(self.task) > MOST_LETTERS:
            return gettext(
                "Write each company as name | country | what for, with at most 120 letters a part."
            )
        if self.country not in {code for code, _name in countries()}:
            words = gettext("“%(party)s” names no country that we know. Write name | country.")
            return words % {"party": self.name}
        return ""


class Fact(Translated):
    """One question about a product, asked once; unanswered is unknown, never no."""

    class Type(models.TextChoices):
        SINGLE = "single"
        MULTI = "multi"
        BOOL = "bool"
        COUNTRY = "country"
        COUNTRIES = "countries"
        LANGUAGES = "languages"
        PARTIES = "parties"  # companies, each `name | country | what for`: Party

    class Group(models.TextChoices):
        """The short pages that the facts are asked on, in order."""

        PRODUCT = "product", _("The product")
        PEOPLE = "people", _("The people who use it")
        MARKET = "market", _("Where and to whom it is offered")
        DATA = "data", _("Personal data")
        AI = "ai", _("Artificial intelligence")
        CONTENT = "content", _("Content and learning")
        CONNECTIONS = "connections", _("Connections and money")

    key = models.CharField(max_length=40, unique=True)
    type = models.CharField(max_length=9, choices=Type.choices)
    group = models.CharField(max_length=12, choices=Group.choices)
    ask = models.CharField(max_length=250)
    why = models.CharField(max_length=250, blank=True)
    term = models.CharField(max_length=40, blank=True)  # the property of schema.org (LRMI)
    # [{"id", "label", "alone"?, "isced"?}] in the order shown; a code of ISCED 2011 or ISCED-F 2013
    values = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("fact")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.key

    def value_ids(self) -> set[str]:
        return {value["id"] for value in self.values}

    def values_of(self, answers: Iterable[str]) -> list[dict[str, Any]]:
        """The values that are answers, in the order shown; `alone` ones say that there is none."""
        given = set(answers)
        return [each for each in self.values if each["id"] in given and not each.get("alone")]

    def choices(self) -> list[tuple[str, str]]:
        """Its values with their labels in the reader's language, in the order shown."""
        code = read_in()
        labels = self.translations.get(code, {}).get("values", {})
        return [(value["id"], labels.get(value["id"], value["label"])) for value in self.values]

    def called(self, value: Mapping[str, Any]) -> Iterator[str]:
        """What one of its values is called, in each language."""
        yield value["label"]
        for words in self.translations.values():
            yield words.get("values", {}).get(value["id"], value["label"])

    def said(self, value: Any) -> str:
        """An answer in words."""
        match self.type:
            case Fact.Type.BOOL:
                return gettext("Yes") if value else gettext("No")
            case Fact.Type.COUNTRY:
                return country(value)
            case Fact.Type.COUNTRIES:
                return ", ".join(country(code) for code in value)
            case Fact.Type.LANGUAGES:
                return ", ".join(language(code) for code in value)
            case Fact.Type.PARTIES:
                return "; ".join(Party.read(text).words for text in value)
        labels = dict(self.choices())
        given = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(each, each)) for each in given)


def groups(*, parties: bool = True) -> list[tuple[str, str, list[Fact]]]:
    """The facts as they are asked: (group, its label, its facts) a page. One statement. Without
    `parties` those that name companies are left out, which no rule asks for."""
    found: dict[str, list[Fact]] = {group: [] for group in Fact.Group.values}
    rows = Fact.objects.all() if parties else Fact.objects.exclude(type=Fact.Type.PARTIES)
    for fact in rows:
        found[fact.group].append(fact)
    return [(key, str(Fact.Group(key).label), facts) for key, facts in found.items() if facts]


class CountryGroup(models.Model):
    """Countries (or ages) that rules name together, as `group:EU`."""

    key = models.CharField(max_length=20, unique=True)
    members = models.JSONField(default=list)

    class Meta:
        verbose_name = _("country group")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # as BCP 47 writes them
MOST = 400  # members of a list; there are fewer countries than that
LISTS = {Fact.Type.MULTI, Fact.Type.COUNTRIES, Fact.Type.LANGUAGES, Fact.Type.PARTIES}


def checked(
    given: Mapping[str, Any], facts: Iterable[Fact]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers worth keeping, in the facts' order, and a problem for each that is wrong."""
    known = {fact.key: fact for fact in facts}
    problems = {key: gettext("There is no fact of this name.") for key in given if key not in known}
    answers = {}
    for key, fact in known.items():
        value = given.get(key)
        if not is_answered(value):
            continue
        problem = next(problems_of(fact, value), "")
        if problem:
            problems[key] = problem
        else:
            answers[key] = kept(fact, value)
    return answers, problems


def kept(fact: Fact, value: object) -> object:
    """A sound answer as it is stored: nothing twice, companies in one spelling."""
    if not isinstance(value, list):
        return value
    if fact.type == Fact.Type.PARTIES:
        value = [Party.read(member).text for member in value]
    return list(dict.fromkeys(value))


def problems_of(fact: Fact, value: Any) -> Iterator[str]:
    """What is wrong with one answer."""
    if fact.type == Fact.Type.BOOL:
        if not isinstance(value, bool):
            yield gettext("Answer true or false.")
        return
    members = value if isinstance(value, list) else [value]
    if isinstance(value, list) != (fact.type in LISTS):
        yield (
            gettext("Answer with a list of texts.")
            if fact.type in LISTS
            else gettext("Answer with one text.")
        )
    elif len(members) > MOST or not all(isinstance(member, str) for member in members):
        yield gettext("Answer with texts, at most %(most)d.") % {"most": MOST}
    else:
        yield from unknown_members(fact, members)
        yield from contradictions(fact, members)


def unknown_members(fact: Fact, members: list[str]) -> Iterator[str]:
    """Values that the fact does not have."""
    if fact.type == Fact.Type.PARTIES:
        yield from filter(None, (Party.read(member).problem for member in members))
        return
    if fact.type in (Fact.Type.COUNTRY, Fact.Type.COUNTRIES):
        codes = {code for code, _ in countries()}
        wrong = [member for member in members if member not in codes]
        words = gettext("“%(value)s” is not a country. Use two letters of ISO 3166, such as KE.")
    elif fact.type == Fact.Type.LANGUAGES:
        wrong = [member for member in members if not LANGUAGE.fullmatch(member)]
        words = gettext("“%(value)s” is not a language. Use a code such as fr or pt-BR.")
    else:
        wrong = [member for member in members if member not in fact.value_ids()]
        words = gettext("“%(value)s” is not one of the answers to choose from.")
    yield from (words % {"value": member[:40]} for member in wrong)


def contradictions(fact: Fact, members: list[str]) -> Iterator[str]:
    """A value such as *none* stands alone."""
    alone = [value["id"] for value in fact.values if value.get("alone")]
    for value, label in fact.choices():
        if value in alone and value in members and len(set(members)) > 1:
            yield gettext("“%(value)s” cannot stand beside other answers.") % {"value": label}
