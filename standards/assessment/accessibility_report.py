"""Accessibility reports in OpenACR's YAML: a provider's answers to WCAG and EN 301 549, and back.

Pure: from text to findings by ref, and from answers to a report that OpenACR's schema accepts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext

from standards.catalogue.files.losses import Refused
from standards.catalogue.files.openacr import COMPONENTS, DUMPER, GRADES
from standards.catalogue.files.parsing import (
    decoded,
    from_json,
    from_yaml,
    listing,
    mapping,
    words,
)

TERMS = {  # what a report says → what an answer says; not evaluated says nothing
    "supports": "met",
    "partially-supports": "partly_met",
    "does-not-support": "not_met",
    "not-applicable": "not_applicable",
}
SAID = {value: term for term, value in TERMS.items()}
LABELS = {
    "supports": "Supports",
    "partially-supports": "Partially supports",
    "does-not-support": "Does not support",
    "not-applicable": "Not applicable",
}
CLAUSES = {"web": "9", "electronic-docs": "10", "software": "11"}  # of EN 301 549, by component
CHAPTERS = {  # of EN 301 549, by clause; the first is how OpenACR's schema calls them
    "4": "functional_performance_criteria",
    "8": "hardware",
    "11": "software",
    "12": "support_documentation_and_services",
    "5": "en_301_549_generic_requirements",
    "6": "en_301_549_ict_with_two-way_voice",
    "7": "en_301_549_ict_with_video",
    "9": "en_301_549_web",
    "10": "en_301_549_non-web-documents",
    "13": "en_301_549_ict_providing_relay_or_emergency_service_access",
}
MOST_FINDINGS = 2_000


@dataclass(frozen=True)
class Reported:
    """What a report says of one criterion for one component."""

    ref: str
    component: str
    value: str
    notes: str


@dataclass
class Report:
    """A report: of which product, when, by whom it can be read, and what it finds by ref."""

    title: str
    product: str
    version: str
    date: str
    link: str
    findings: dict[str, list[Reported]] = field(default_factory=dict)
    unevaluated: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)  # terms that we do not know, with their refs

    def of(self, ref: str, *, en: bool) -> list[Reported]:
        """What it says of a ref. EN 301 549 asks WCAG again, in a clause for each component."""
        if finding := self.findings.get(ref):
            return finding
        clause, _, number = ref.partition(".")
        if not en:
            return []
        return [
            each for each in self.findings.get(number, []) if CLAUSES.get(each.component) == clause
        ]


def read(data: bytes) -> Report:
    """Refused when it is no report, or a catalog without answers."""
    text = decoded(data)
    top = mapping(from_json(text) if text.lstrip()[:1] == "{" else from_yaml(text), "The file")
    if "product" not in top or not isinstance(top.get("chapters"), dict):
        raise Refused(
            gettext(
                "This is not an accessibility report in OpenACR: it has no `product` "
                "with `chapters` of answers. A catalog of criteria belongs to the "
                "centre’s catalogue."
            )
        )
    product = mapping(top["product"], "`product`")
    link = words(top.get("repository"))
    report = Report(
        title=words(top.get("title")) or words(product.get("name")),
        product=words(product.get("name")),
        version=words(product.get("version")),
        date=words(top.get("report_date")),
        link=link if link.startswith(("https://", "http://")) else "",
    )
    for name, chapter in top["chapters"].items():
        chapter = mapping(chapter, f"The chapter {name}")
        if words(chapter.get("disabled")).lower() != "true" and chapter.get("disabled") is not True:
            take(report, name, chapter)
    if sum(map(len, report.findings.values())) > MOST_FINDINGS:
        raise Refused(
            gettext("The report holds more than %(most_findings)s answers.")
            % {"most_findings": MOST_FINDINGS}
        )
    return report


def take(report: Report, name: str, chapter: dict[str, Any]) -> None:
    for each in listing(chapter.get("criteria"), f"The criteria of {name}"):
        each = mapping(each, f"A criterion of {name}")
        ref = words(each.get("num"))
        for component in listing(each.get("components"), f"The components of {ref}"):
            component = mapping(component, f"A component of {ref}")
            level = mapping(component.get("adherence") or {}, f"The adherence of {ref}")
            term, notes = words(level.get("level")), words(level.get("notes"))
            if term in ("", "not-evaluated"):
                report.unevaluated.append(ref)
            elif term not in TERMS:
                report.strange.append(f"{ref}: {term}")
            else:
                reported = Reported(ref, words(component.get("name")), TERMS[term], notes)
                report.findings.setdefault(ref, []).append(reported)


def joined(findings: Iterable[Reported]) -> tuple[str, str]:
    """One answer from what is said of each component, and the notes, told apart by component.

    What does not apply to one component counts only where it applies to none. Where some meet it
    and some do not, it is partly met.
    """
    all_of = list(findings)
    values = {each.value for each in all_of}
    applying = values - {"not_applicable"}
    if not applying:
        value = "not_applicable"
    elif len(applying) == 1:
        value = applying.pop()
    else:
        value = "partly_met"
    noted = [each for each in all_of if each.notes or (len(values) > 1)]
    several = len({each.component for each in all_of}) > 1
    lines = [line(each, several) for each in noted]
    return value, "\n".join(dict.fromkeys(filter(None, lines)))


def line(finding: Reported, several: bool) -> str:
    """The notes of a component, under its name and term where there are several."""
    name = COMPONENTS.get(finding.component, finding.component)
    if not several or not name:
        return finding.notes
    head = f"{name} ({LABELS[SAID[finding.value]]})"
    return f"{head}: {finding.notes}" if finding.notes else head


@dataclass(frozen=True)
class Said:
    """One answer that goes into a report."""

    ref: str
    level: str
    value: str
    notes: str


def write(
    answers: Iterable[Said], *, title: str, product: dict[str, str], author: dict[str, str],
    date: str, licence: str, notes: str,
) -> bytes:  # fmt: skip
    """A report in YAML. Answers that say nothing are given as not evaluated."""
    chapters: dict[str, dict[str, Any]] = {}
    for answer in answers:
        for key, number, component in places(answer):
            adherence = {"level": SAID.get(answer.value, "not-evaluated"), "notes": answer.notes}
            chapters.setdefault(key, {"criteria": []})["criteria"].append(
                {"num": number, "components": [{"name": component, "adherence": adherence}]}
            )
    report = {
        "title": title,
        "product": product,
        "author": author,
        "report_date": date,
        "version": 1,
        "notes": notes,
        "license": licence,
        "catalog": "2.5-edition-wcag-2.2-508-eu-en",
        "chapters": chapters,
    }
    return yaml.dump(report, Dumper=DUMPER, allow_unicode=True, sort_keys=False, width=100).encode()


def places(answer: Said) -> Iterator[tuple[str, str, str]]:
    """The chapter, the number and the component of an answer: WCAG by level, EN by clause."""
    graded = {grade: key for key, grade in GRADES.items()}
    clause = answer.ref.partition(".")[0]
    if answer.level in graded:
        yield graded[answer.level], answer.ref, "web"
    else:
        component = {number: name for name, number in CLAUSES.items()}.get(clause, "none")
        yield CHAPTERS.get(clause, "en_301_549_generic_requirements"), answer.ref, component
