"""Mappings, rules, profiles and needs as forms. They give the record that a file would hold, so a
page and a file are checked by the same code."""

from typing import Any

import yaml
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from standards.catalogue.conditions import MOST_LINES, as_lines, from_lines
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.facts import Fact
from standards.catalogue.filters import said_in
from standards.catalogue.forms import LinesField, PairsField, YamlField, prose, reason, text
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need, Profile
from standards.catalogue.records import Data
from standards.catalogue.rules import Rule
from standards.catalogue.schema import MappingRecord

KEYS = _("One key a line, such as wcag-2.2:1.1.1.")
OTHERS = "others"
VALUES = 400  # characters of the values that one line of a condition names
JOINTS = [("all", _("all of these hold")), ("any", _("one of these holds"))]
OPERATORS = [
    ("", "–"),
    ("any_of", _("names one of")),
    ("none_of", _("names none of")),
    ("not_only", _("names more than")),
    ("eq", _("is")),
    ("in", _("is one of")),
    ("is_true", _("is yes")),
    ("is_false", _("is no")),
]


class RecordForm(forms.Form):
    """One record. `record()` gives it as a content file holds it; translations are kept."""

    reason = reason()

    def __init__(self, data: QueryDict | None = None, *, stored: Data | None = None) -> None:
        self.stored = stored or {}
        super().__init__(data, initial=self.shown(self.stored) if stored else None)
        if stored and "id" in self.fields:
            self.fields["id"].disabled = True
        self.order_fields([name for name in self.fields if name != "reason"])

    def shown(self, stored: Data) -> Data:
        """The stored record as the fields show it."""
        return stored

    def record(self) -> Data:
        raise NotImplementedError

    def kept(self) -> Data:
        return {"translations": self.stored.get("translations", {})}


class MappingForm(RecordForm):
    """How one criterion relates to another."""

    source = text(
        _("Criterion"),
        Criterion,
        "key",
        help_text=_("Words of its title, or its permanent name, such as wcag-2.2:1.1.1."),
    )
    relation = forms.ChoiceField(
        label=_("Relation"), choices=Mapping.Relation.choices, widget=forms.RadioSelect
    )
    target = text(
        _("The other criterion"), Criterion, "key", help_text=_("Words, or its permanent name.")
    )
    strength = forms.TypedChoiceField(
        label=_("Strength"),
        choices=[("", _("Not judged")), *((n, str(n)) for n in range(1, 11))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("How near they come: 10 is wholly, 1 is hardly."),
    )
    rationale = forms.ChoiceField(
        label=_("Compared by"),
        required=False,
        choices=[
            ("", _("Not said")),
            ("functional", _("what must be done")),
            ("semantic", _("what the words mean")),
            ("syntactic", _("the words themselves")),
        ],
    )
    note = prose(
        _("Reasoning"), required=False, help_text=_("What one asks that the other does not.")
    )
    group = text(
        _("Group"), Mapping, "group", required=False, help_text=_("To find mappings made together.")
    )
    origin = text(
        _("Origin"),
        Mapping,
        "origin",
        help_text=_("Who says so: a person, a body, a published table."),
    )

    def clean(self) -> Data:
        data: Data = super().clean() or {}
        ends = ("source", "target")
        for name in ends:
            if name in data:
                data[name] = pick(self, name, data[name], ends)
        return data

    def record(self) -> Data:
        said = self.cleaned_data
        return {name: said[name] for name in said if name in MappingRecord.model_fields}


class RuleForm(RecordForm):
    """When a standard comes into play."""

    id = text(_("Key"), Rule, "key", help_text=_("Short and permanent, such as A31."))
    standard = forms.ChoiceField(label=_("Edition"))
    level = text(
        _("Level"), Level, "key", required=False, help_text=_("Its key. Lower ones are included.")
    )
    criteria = LinesField(
        _("Criteria"),
        help_text=_("Refs of this edition, one a line. Empty: the level, or all of it."),
    )
    effect = forms.ChoiceField(label=_("Effect"), choices=Rule.Effect.choices)
    joint = forms.ChoiceField(
        label=_("It applies when"), choices=JOINTS, widget=forms.RadioSelect, initial="all"
    )
    when = YamlField(
        _("Condition as text"),
        required=False,
        rows=6,
        help_text=_(
            "For conditions inside conditions: all, any and not around {fact, op, value}. Left "
            "empty, the lines above are the condition."
        ),
    )
    why = prose(_("Reason that the public reads"), help_text=_("One plain sentence."))
    legal_basis = prose(_("Legal basis"), required=False, rows=2)
    human_confirmation = forms.BooleanField(
        label=_("Somebody must confirm that it applies"), required=False
    )
    applies_from = forms.DateField(
        label=_("Applies from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d"),
    )
    legal_reference_excludes = LinesField(
        _("Criteria that the law does not refer to"), help_text=_("Refs, one a line."), rows=2
    )

    def __init__(self, data: QueryDict | None = None, *, stored: Data | None = None) -> None:
        super().__init__(data, stored=stored)
        fields: Any = self.fields
        editions = Edition.objects.exclude(status=Edition.Status.WITHDRAWN).order_by("name")
        fields["standard"].choices = [
            (edition.key, f"{edition.name} ({edition.key})") for edition in editions
        ]
        self.facts = {fact.key: fact for fact in Fact.objects.all()}
        known = [("", "–"), *((key, fact.text("ask")) for key, fact in self.facts.items())]
        for n in range(1, MOST_LINES + 1):
            self.fields[f"fact{n}"] = forms.ChoiceField(
                label=_("Fact"), choices=known, required=False
            )
            self.fields[f"op{n}"] = forms.ChoiceField(
                label=_("asked how"), choices=OPERATORS, required=False
            )
            self.fields[f"values{n}"] = forms.CharField(
                label=_("values"),
                required=False,
                max_length=VALUES,
                help_text=_("With commas between."),
            )
        lines = [
            f"{part}{n}" for n in range(1, MOST_LINES + 1) for part in ("fact", "op", "values")
        ]
        first = ["id", "standard", "level", "criteria", "effect", "joint", *lines, "when"]
        self.order_fields([*first, *(name for name in self.fields if name not in first)])

    def shown(self, stored: Data) -> Data:
        then = stored["then"]
        found = {**stored, **then, "when": ""}
        plain = as_lines(stored["when"])
        if plain is None:
            found["when"] = yaml.safe_dump(stored["when"], allow_unicode=True, sort_keys=False)
            return found
        found["joint"], lines = plain
        for n, (fact, operator, values) in enumerate(lines, start=1):
            found |= {f"fact{n}": fact, f"op{n}": operator, f"values{n}": ", ".join(values)}
        return found

    def clean(self) -> Data:
        said = super().clean() or {}
        lines = []
        for n in range(1, MOST_LINES + 1):
            if fact := said.get(f"fact{n}"):
                values = [each.strip() for each in said.get(f"values{n}", "").split(",")]
                lines.append((fact, said.get(f"op{n}", ""), [each for each in values if each]))
        kinds = {key: fact.type for key, fact in self.facts.items()}
        if said.get("when") and lines:
            self.add_error("when", _("Write the condition as lines or as text, not both."))
        elif not said.get("when") and not lines and "when" not in self.errors:
            self.add_error("fact1", _("Say when the rule applies."))
        elif lines:
            said["when"] = from_lines(said.get("joint") or "all", lines, kinds)
        return said

    def record(self) -> Data:
        said = self.cleaned_data
        then = {name: said[name] for name in ("standard", "effect", "level", "criteria")}
        names = ("legal_basis", "human_confirmation", "applies_from", "legal_reference_excludes")
        more = {name: said[name] for name in names}
        when = said["when"]
        return (
            {"id": said["id"], "when": when, "then": then, "why": said["why"]} | more | self.kept()
        )


class ProfileForm(RecordForm):
    """A named set of criteria."""

    id = text(
        _("Key"), Profile, "key", help_text=_("Small letters, digits and hyphens; permanent.")
    )
    label = text(_("Name"), Profile, "label")
    purpose = text(_("For whom and what"), Profile, "purpose")
    criteria = LinesField(_("Criteria"), help_text=KEYS, rows=10)
    editions = LinesField(
        _("Whole editions"), help_text=_("One a line: its key, and a level behind it if not all.")
    )
    if_ai = LinesField(_("Criteria where there are AI functions"), help_text=KEYS)
    laws = PairsField(
        _("Criteria where a law applies"), help_text=_("One a line: edition and ref.")
    )
    all_laws = forms.BooleanField(label=_("All criteria that a law asks for"), required=False)
    includes = LinesField(
        _("Includes the profiles"), help_text=_("Their keys, one a line."), rows=2
    )
    least = PairsField(
        _("Least assurance"),
        help_text=_("One a line: domain (or “others”) and 0 to 4, such as security 3."),
    )

    def shown(self, stored: Data) -> Data:
        wholes = [
            f"{one['edition']} {one.get('level', '')}".strip() for one in stored.get("editions", [])
        ]
        laws = [f"{key} {ref}" for key, refs in stored.get("laws", {}).items() for ref in refs]
        least = [f"{domain or OTHERS} {n}" for domain, n in stored.get("least", {}).items()]
        found = {"purpose": stored["for"], "editions": wholes, "laws": laws, "least": least}
        return {**stored, **found}

    def record(self) -> Data:
        said = self.cleaned_data
        wholes = [line.split(None, 1) for line in said["editions"]]
        laws: dict[str, list[str]] = {}
        for edition, ref in said["laws"]:
            laws.setdefault(edition, []).append(ref)
        least = {"" if name == OTHERS else name: number(n) for name, n in said["least"]}
        more = {
            "editions": [{"edition": w[0], "level": w[1] if w[1:] else ""} for w in wholes],
            "laws": laws,
            "least": least,
            **{name: said[name] for name in ("criteria", "if_ai", "all_laws", "includes")},
        }
        base = {"id": said["id"], "label": said["label"], "for": said["purpose"]}
        return base | more | self.kept()


class NeedForm(RecordForm):
    """What learners need, and the criteria that it rests on."""

    id = text(
        _("Key"), Need, "key", help_text=_("Small letters, digits, _ and hyphens; permanent.")
    )
    group = forms.ChoiceField(label=_("Group"), choices=Need.Group.choices)
    label = text(_("Name"), Need, "label", help_text=_("By function, not by diagnosis."))
    means = text(_("What it means"), Need, "means")
    learners = text(
        _("Supports learners who …"),
        Need,
        "learners",
        required=False,
        help_text=_("The rest of that sentence."),
    )
    also_searched_as = LinesField(_("Also searched as"), help_text=_("One a line."))
    required_all = LinesField(_("All needed"), help_text=KEYS, required=True, rows=8)
    required_any = PairsField(
        _("One of several will do"),
        separator=":",
        help_text=_("One group a line: what it is for, a colon, then keys with spaces between."),
    )
    supporting = LinesField(_("Helps"), help_text=KEYS)
    barriers_if_not_met = LinesField(_("A barrier while not met"), help_text=KEYS)
    tested_with_people = LinesField(_("Tested with people"), help_text=KEYS)

    PARTS = ("required_all", "supporting", "barriers_if_not_met", "tested_with_people")

    def shown(self, stored: Data) -> Data:
        evidence = stored["evidence"]
        some = evidence.get("required_any", [])
        groups = [f"{each['label']}: {' '.join(each['any_of'])}" for each in some]
        parts = {name: evidence.get(name, []) for name in self.PARTS}
        return {**stored, **parts, "required_any": groups}

    def record(self) -> Data:
        said = self.cleaned_data
        evidence: Data = {name: said[name] for name in self.PARTS}
        evidence["required_any"] = [
            {"label": label, "any_of": keys.split()} for label, keys in said["required_any"]
        ]
        names = ("id", "group", "label", "means")
        more = {name: said[name] for name in ("learners", "also_searched_as")}
        kept = {"anchors": self.stored.get("anchors", {})}
        base = {name: said[name] for name in names}
        return base | {"evidence": evidence} | more | kept | self.kept()


def number(said: str) -> Any:
    """A whole number where it is one; the check says what is wrong with anything else."""
    return int(said) if said.isdigit() else said


MOST = 20


def known() -> Any:
    """Criteria of editions that are not withdrawn, with their editions."""
    rows = Criterion.objects.select_related("edition")
    return rows.exclude(edition__status=Edition.Status.WITHDRAWN).order_by("key")


def pick(form: forms.Form, name: str, words: str, ends: tuple[str, ...]) -> str:
    """The key that the words are, or that was picked among those that fit; else say what to do.

    Offers the criteria that fit as a field of the form, right behind the one with the words; not
    what another of the `ends` names.
    """
    if not words or form.fields[name].disabled or Criterion.objects.filter(key=words).exists():
        return words
    others = [value for other, value in form.cleaned_data.items() if other in ends]
    rows = known().filter(said_in(words, "key", "title", "statement")).exclude(key__in=others)
    fits = list(rows[: MOST + 1])
    if not fits:
        form.add_error(name, gettext("No criterion is called so or has these words."))
        return words
    offer = f"{name}_pick"
    keys = [fit.key for fit in fits[:MOST]]
    names = list(form.fields)
    form.fields[offer] = forms.ChoiceField(
        label=gettext("Criteria with these words"),
        choices=[(fit.key, f"{fit.key}: {fit.text('title')}") for fit in fits[:MOST]],
        widget=forms.RadioSelect,
        required=False,
    )
    place = names.index(name) + 1
    form.order_fields([*names[:place], offer, *names[place:]])
    picked = str(form.data.get(offer, ""))
    if picked in keys:
        return picked
    more = gettext("Choose one below, or write other words.")
    if len(fits) > MOST:
        more = gettext("More than %(n)s have these words. Choose one below, or write more words.")
        more %= {"n": MOST}
    form.add_error(name, more)
    return words
