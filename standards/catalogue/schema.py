"""The records of the catalogue, one model each: as content files, formats and pages write them."""

import hashlib
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

import rfc8785
from pydantic import AfterValidator, Field

from standards.catalogue import methods
from standards.catalogue.editions import Criterion, Edition, Level
from standards.catalogue.facts import Fact
from standards.catalogue.mappings import Mapping
from standards.catalogue.profiles import Need, Profile, Scheme
from standards.catalogue.records import Column, Data, Record, Translations, filled, longest, stored
from standards.catalogue.rules import Rule
from standards.catalogue.standards import Standard

# by language and text: who made a translation, and the digest of what it was made from
Made = dict[str, dict[str, Annotated[list[str], Field(min_length=2, max_length=2)]]]
KEY = r"^[a-z0-9][a-z0-9._-]*$"
REF = r"^[A-Za-z0-9][A-Za-z0-9._+-]*$"
CRITERION_REF = r"^[^\W_][\w.+()-]*$"  # NIST writes AC-2(1); letters of any script
Texts = list[str]
Filled = Annotated[str, AfterValidator(filled)]


class LevelRecord(Record):
    ROW = Level
    TRANSLATED = ("label",)

    key: Annotated[str, Column(Level, "key"), Field(alias="id", pattern=REF)]
    obligation: Annotated[str, Column(Level, "obligation")]
    label: Annotated[str, Column(Level, "label")]
    translations: Translations = {}
    cumulative: bool = False

    @property
    def frozen(self) -> list[Any]:
        return [self.key, self.label, self.obligation, self.cumulative]


class GroupRecord(Record):
    """A chapter or section; its key is permanent, its ref is what readers see."""

    key: Annotated[str, Column(Criterion, "part", needed=True), Field(alias="id")]
    ref: Annotated[str, Column(Criterion, "ref", needed=False)] = ""
    title: Annotated[str, Column(Criterion, "group", needed=True)]
    text: str = ""
    parent: Annotated[str, Column(Criterion, "part")] = ""
    translations: Translations = {}

    @property
    def heading(self) -> str:
        return f"{self.ref} {self.title}".strip()[: longest(Criterion, "group")]


class CriterionRecord(Record):
    """One criterion; `part` is the key of the group that it stands in, `group` its heading."""

    ROW = Criterion
    COLUMNS = {"hint": "evidence_hint", "parent": "parent_ref", "made": "translation_state"}
    TRANSLATED = ("title", "statement", "guidance", "evidence_hint", "group")

    ref: Annotated[str, Column(Criterion, "ref"), Field(pattern=CRITERION_REF)]
    title: Annotated[str, Column(Criterion, "title")]
    level: Annotated[str, Column(Level, "key")] = ""
    statement: Annotated[str, Column(Criterion, "statement")]
    guidance: str = ""
    hint: Annotated[str, Field(alias="evidence_hint")] = ""
    domain: Annotated[str, Column(Criterion, "domain")] = ""
    group: Annotated[str, Column(Criterion, "group")] = ""
    part: Annotated[str, Column(Criterion, "part")] = ""
    parent: Annotated[str, Column(Criterion, "parent_ref")] = ""
    verification: Annotated[
        str, Column(Criterion, "verification"), AfterValidator(methods.checked)
    ] = ""
    force: Annotated[str, Column(Criterion, "force")] = ""
    source_id: Annotated[str, Column(Criterion, "source_id")] = ""
    more: Data = {}
    translations: Translations = {}
    made: Annotated[Made, Field(exclude=True)] = {}

    @property
    def frozen(self) -> list[str]:
        words = [self.ref, self.title, self.statement, self.level, self.verification]
        return [*words, self.force] if self.force else words


class EditionRecord(Record):
    """An edition with everything in it. Empty texts are what a file leaves open."""

    ROW = Edition
    COLUMNS = {
        "published": "published_text",
        "category": "seed_category",
        "groups": "outline",
        "made": "translation_state",
    }
    TRANSLATED = ("name", "notes", "notice")

    key: Annotated[str, Column(Edition, "key"), Field(alias="id", pattern=KEY)] = ""
    published: Annotated[str, Column(Edition, "published_text")] = ""
    category: Annotated[str, Column(Edition, "seed_category"), Field(alias="seed_category")] = ""
    name: Annotated[str, Column(Edition, "name")] = ""
    version: Annotated[str, Column(Edition, "version")] = ""
    issuing_body: Annotated[str, Column(Edition, "issuing_body")] = ""
    reference: Annotated[str, Column(Edition, "reference")] = ""
    text_licence: Filled = ""
    may_quote_text: Annotated[str, Column(Edition, "may_quote_text")] = ""
    catalogue_licence: Annotated[str, Column(Edition, "catalogue_licence")] = ""
    notice: str = ""
    source_basis: str = ""
    notes: str = ""
    office_notes: str = ""
    standard: Annotated[str, Column(Standard, "key"), Field(pattern=KEY)] = ""
    domain: Annotated[str, Column(Edition, "domain")] = ""
    nature: Annotated[str, Column(Edition, "nature")] = ""
    edition: Annotated[Filled, Field(max_length=60)] = ""
    jurisdictions: Annotated[Texts, AfterValidator(filled)] = []
    effective_from: date | None = None
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = "en"
    source: Data = {}
    translations: Translations = {}
    made: Annotated[Made, Field(exclude=True)] = {}
    groups: list[GroupRecord] = []
    levels: Annotated[
        list[LevelRecord], Field(alias="level_structure"), AfterValidator(filled)
    ] = []
    items: Annotated[list[CriterionRecord], Field(alias="criteria")] = []
    supersedes: Annotated[str, Column(Edition, "key", needed=False)] = ""
    grace_until: date | None = None
    last_checked: date | None = None
    status: Literal["draft", "published"] = "published"
    criteria_count: int | None = None
    revision: Annotated[int, Field(ge=1)] = 1  # of its words, as they ship: see revisions.py

    @classmethod
    def of(cls, row: Edition, **more: Any) -> Self:
        """An edition with its levels and criteria. Two statements."""
        levels = list(row.levels.all())
        names = {level.pk: level.key for level in levels}
        items = [
            CriterionRecord.of(each, level=names[each.level_id]) for each in row.criteria.all()
        ]
        return super().of(
            row,
            standard=row.standard.key,
            edition=row.version[:60],
            supersedes=row.supersedes.key if row.supersedes else "",
            status="draft" if row.status == Edition.Status.DRAFT else "published",
            groups=[GroupRecord.model_construct(**each) for each in row.outline],
            levels=[LevelRecord.of(level) for level in levels],
            items=items,
            **more,
        )

    @property
    def data(self) -> Data:
        return {"criteria": [], **super().data}

    def columns(self) -> Data:
        """What its row holds; a grace that the file does not speak of stays as it is."""
        unsaid = {"grace_until"} - self.model_fields_set
        return {name: value for name, value in super().columns().items() if name not in unsaid}

    @property
    def words_digest(self) -> str:
        """SHA-256 over what may never change once it is published, in canonical JSON."""
        frozen: Any = {
            "edition": [self.key, self.name, self.version],
            "levels": [level.frozen for level in self.levels],
            "criteria": [item.frozen for item in self.items],
        }
        return hashlib.sha256(rfc8785.dumps(frozen)).hexdigest()


class TextsRecord(Record):
    """The texts of one edition in another language: its own, headings by heading, and those of
    criteria by ref, each with the digest of what it was made from (`of`)."""

    edition: Annotated[str, Column(Edition, "key")]
    made_by: Literal["human", "machine"]
    texts: dict[str, str] = {}
    groups: dict[str, str] = {}
    criteria: dict[str, dict[str, str]] = {}


class Document(EditionRecord):
    """An edition as one file tells it: also when it last changed, and where its page is."""

    dated: Annotated[str, Field(exclude=True)] = ""  # ISO 8601, as a file says it
    address: Annotated[str, Field(exclude=True)] = ""
    # (ref, relation, address of a criterion elsewhere), for formats that link
    mappings: Annotated[list[tuple[str, str, str]], Field(exclude=True)] = []

    def say(self, name: str, text: str) -> None:
        """Take what a file says of it; a day that is none stays as it is written, to be refused."""
        value: Any = text
        if name == "effective_from":
            with suppress(ValueError):
                value = date.fromisoformat(text)
        setattr(self, name, value)

    def finish(self) -> None:
        """Say again what follows from the rest: headings, domains, and the short version."""
        headings = {group.key: group.heading for group in self.groups}
        self.edition = self.version[:60]
        for item in self.items:
            item.domain = item.domain or self.domain
            item.group = headings.get(item.part, "")


class ValueRecord(Record):
    key: Annotated[Filled, Field(alias="id", pattern=REF, max_length=40)]
    label: Annotated[Filled, Field(max_length=120)]
    alone: bool = False
    data_domain: Annotated[str, Field(max_length=40)] = ""
    isced: Annotated[str, Field(pattern=r"^([0-9]{1,4})?$", max_length=4)] = ""


class FactRecord(Record):
    ROW = Fact
    TRANSLATED = ("ask", "why")
    LISTED = ("values",)

    key: Annotated[str, Column(Fact, "key"), Field(alias="id", pattern=KEY)]
    type: Annotated[str, Column(Fact, "type")]
    group: Annotated[str, Column(Fact, "group")]
    ask: Annotated[str, Column(Fact, "ask")]
    why: Annotated[str, Column(Fact, "why")] = ""
    term: Annotated[str, Column(Fact, "term")] = ""
    values: list[ValueRecord] = []
    translations: Translations = {}


class ThenRecord(Record):
    standard: Annotated[str, Column(Edition, "key")]
    effect: Annotated[str, Column(Rule, "effect")]
    level: Annotated[str, Column(Level, "key", needed=False)] = ""
    criteria: Texts = []


class RuleRecord(Record):
    ROW = Rule
    TRANSLATED = ("why",)

    key: Annotated[str, Column(Rule, "key"), Field(alias="id", pattern=REF)]
    when: Data
    then: ThenRecord
    why: Filled
    legal_basis: str = ""
    human_confirmation: bool = False
    applies_from: date | None = None
    law_excludes: Annotated[Texts, Field(alias="legal_reference_excludes")] = []
    status: Annotated[str, Column(Rule, "status")] = "published"
    translations: Translations = {}

    @classmethod
    def of(cls, row: Rule, **more: Any) -> Self:
        level = row.level.key if row.level else ""
        then = ThenRecord.model_construct(
            standard=row.edition.key, effect=row.effect, level=level, criteria=row.refs
        )
        return super().of(row, then=then, **more)


class AnyRecord(Record):
    label: Annotated[Filled, Field(max_length=250)]
    any_of: Texts


class EvidenceRecord(Record):
    required_all: Texts
    required_any: list[AnyRecord] = []
    supporting: Texts = []
    barriers_if_not_met: Texts = []
    tested_with_people: Texts = []


class NeedRecord(Record):
    ROW = Need
    TRANSLATED = ("label", "means", "learners")
    LISTED = ("aliases",)

    key: Annotated[str, Column(Need, "key"), Field(alias="id", pattern=KEY)]
    group: Annotated[str, Column(Need, "group")]
    label: Annotated[str, Column(Need, "label")]
    means: Annotated[str, Column(Need, "means")]
    learners: Annotated[str, Column(Need, "learners")] = ""
    aliases: Annotated[Texts, Field(alias="also_searched_as")] = []
    anchors: Data = {}
    evidence: EvidenceRecord
    status: Annotated[str, Column(Need, "status")] = "published"
    translations: Translations = {}

    @classmethod
    def of(cls, row: Need, **more: Any) -> Self:
        evidence = EvidenceRecord.model_construct(**row.evidence)
        evidence.required_any = [
            AnyRecord.model_construct(**each) for each in row.evidence["required_any"]
        ]
        return super().of(row, evidence=evidence, **more)


class WholeRecord(Record):
    edition: Annotated[str, Column(Edition, "key")]
    level: Annotated[str, Column(Level, "key", needed=False)] = ""


class ProfileRecord(Record):
    ROW = Profile
    TRANSLATED = ("label", "purpose")

    key: Annotated[str, Column(Profile, "key"), Field(alias="id", pattern="^[a-z0-9-]+$")]
    label: Annotated[str, Column(Profile, "label")]
    purpose: Annotated[str, Column(Profile, "purpose"), Field(alias="for")]
    criteria: Texts = []
    editions: list[WholeRecord] = []
    if_ai: Texts = []
    laws: dict[str, Texts] = {}
    all_laws: bool = False
    includes: Texts = []
    least: Data = {}
    status: Annotated[str, Column(Profile, "status")] = "published"
    translations: Translations = {}

    CONTENTS: ClassVar = ("criteria", "editions", "if_ai", "laws", "all_laws", "includes")

    @classmethod
    def of(cls, row: Profile, **more: Any) -> Self:
        wholes = [WholeRecord.model_construct(**w) for w in row.contents.get("editions", [])]
        return super().of(row, **{**row.contents, "editions": wholes}, **more)

    def columns(self) -> Data:
        contents = {name: stored(getattr(self, name)) for name in self.CONTENTS}
        return super().columns() | {"contents": contents}


class MappingRecord(Record):
    ROW = Mapping

    source: Annotated[str, Column(Criterion, "key")]
    relation: Annotated[str, Column(Mapping, "relation")]
    target: Annotated[str, Column(Criterion, "key")]
    strength: Annotated[int, Field(ge=1, le=10)] | None = None
    rationale: Annotated[str, Column(Mapping, "rationale")] = ""
    note: str = ""
    group: Annotated[str, Column(Mapping, "group")] = ""
    origin: Annotated[str, Column(Mapping, "origin")]
    status: Annotated[str, Column(Mapping, "status")] = "proposed"

    @classmethod
    def of(cls, row: Mapping, **more: Any) -> Self:
        return super().of(row, source=row.source.key, target=row.target.key, **more)


class RelatedRecord(Record):
    """How a whole edition relates to another document."""

    source: Annotated[str, Column(Edition, "key")]
    level: Annotated[str, Column(Level, "key", needed=False)] = ""
    relation: Annotated[str, Column(Mapping, "relation")]
    target: Annotated[Filled, Field(max_length=250)]
    note: str = ""


class SchemeRecord(Record):
    ROW = Scheme
    TRANSLATED = ("name", "operator", "validity", "care")

    key: Annotated[str, Column(Scheme, "key"), Field(alias="id", pattern=KEY)]
    name: Annotated[str, Column(Scheme, "name")]
    operator: Annotated[str, Column(Scheme, "operator")]
    validity: Annotated[str, Column(Scheme, "validity")]
    imports_as: Literal["AL0", "AL1", "AL2", "AL3", "AL4"]
    supports: Texts = []
    care: str = ""
    basis: Annotated[str, Column(Scheme, "basis")] = ""
    translations: Translations = {}

    def columns(self) -> Data:
        return super().columns() | {"imports_as": int(self.imports_as.removeprefix("AL"))}


RECORDS: dict[str, type[Record]] = {
    "edition": EditionRecord,
    "fact": FactRecord,
    "rule": RuleRecord,
    "need": NeedRecord,
    "profile": ProfileRecord,
    "mapping": MappingRecord,
    "related": RelatedRecord,
    "scheme": SchemeRecord,
}
