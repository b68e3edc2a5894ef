"""What the report of an examination says: one tree of plain values, whatever the file."""

import io
import json
import logging
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Mm

from certcentre import typesetting
from certcentre.lifecycle import Disagrees
from certcentre.log.models import LogEntry
from certcentre.places import country, marks, read_in, spelling
from certcentre.plain_text import plain
from standards.assessment.claims import had_declared
from standards.attestation.certificates import Certificate
from standards.attestation.decision import Decision
from standards.attestation.engagement import Engagement, EngagementEdition
from standards.attestation.findings import CorrectiveAction, Finding
from standards.attestation.rating import SECOND, Score
from standards.attestation.results import Result, declared_of
from standards.attestation.sampling import planned
from standards.catalogue.methods import Method

TEMPLATE = settings.BASE_DIR / "templates" / "documents" / "report.typ"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """One edition: its findings as rows of words, one for each of `columns`."""

    heading: str
    rows: list[list[str]]


@dataclass(frozen=True)
class Report:
    language: str
    title: str
    name: str
    number: str
    author: str
    date: date
    outcome: str
    granted: bool
    reason: str
    facts: list[tuple[str, str]]
    summary: str
    samples: list[list[str]]
    counts: list[list[str]]
    columns: list[str]
    parts: list[Part]
    note: str
    labels: dict[str, str]


def report_of(engagement: Engagement) -> Report:
    """Of a decided engagement, in the reader’s language. Eight statements, a few more where there
    are samples and second opinions; refused where the
    decision is not the one that the log holds."""
    decision = Decision.objects.select_related("evaluator", "decided_by").get(engagement=engagement)
    if not decision.is_logged(LogEntry.objects.about(engagement)):
        words = gettext("Our records disagree about this decision. Please tell the centre.")
        raise Disagrees(words)
    findings = list(
        engagement.findings.with_declared()
        .select_related("criterion__edition", "criterion__level", "corrective_action")
        .order_by("criterion__edition__name", "criterion__position")
    )
    release = engagement.declaration.release
    name = f"{release.solution.name} {release.label}"
    return Report(
        language=read_in(),
        title=gettext("Report of examination %(number)s") % {"number": engagement.number},
        name=plain(str(name)),
        number=engagement.number,
        author=plain(engagement.body.name),
        date=decision.decided_at.date(),
        outcome=str(Decision.Outcome(decision.outcome).label),
        granted=decision.outcome == Decision.Outcome.GRANTED,
        reason=plain(decision.reason),
        facts=[(term, plain(str(value))) for term, value in facts(engagement, decision) if value],
        summary=plain(engagement.summary),
        samples=[
            [plain(str(each)), plain(each.drawn), plain(each.refs)] for each in planned(engagement)
        ],
        counts=counts(findings),
        columns=[
            gettext("Criterion"),
            gettext("Result"),
            gettext("How"),
            gettext("What was seen"),
            gettext("Corrective action"),
        ],
        parts=parts(findings),
        note=gettext(
            "This report is for the provider and the body. What the public may rely on stands on "
            "the pages of the certificates; a report alone attests nothing."
        ),
        labels={
            "decision": gettext("Decision"),
            "facts": gettext("Who examined what"),
            "summary": gettext("Summary of the examination"),
            "samples": gettext("Sampling plan"),
            "sample": gettext("Sample"),
            "drawn": gettext("How it was drawn"),
            "criteria": gettext("Criteria"),
            "counts": gettext("Findings in short"),
            "result": gettext("Result"),
            "number": gettext("Number"),
            "findings": gettext("Findings"),
        },
    )


def facts(engagement: Engagement, decision: Decision) -> list[tuple[str, str]]:
    provider, body = engagement.provider, engagement.body
    others = engagement.examiners.exclude(pk=decision.evaluator_id).order_by("name", "pk")
    issued = Certificate.objects.filter(engagement=engagement).select_related("edition", "level")
    rows = engagement.editions.select_related("edition", "level")
    return [
        (gettext("Product"), str(engagement.declaration.release)),
        (gettext("Provider"), f"{provider.name}, {country(provider.country)}"),
        (gettext("Body"), f"{body.name}, {country(body.country)}"),
        (gettext("Editions"), "\n".join(edition_of(row) for row in rows)),
        (gettext("Declaration"), engagement.declaration.number),
        (gettext("Examined by"), str(decision.evaluator)),
        *(
            (
                gettext("Second rater") if rating.place == SECOND else gettext("Third rater"),
                "\n".join(
                    [
                        f"{rating.rater}: {rating.agreement().words}",
                        *map(apart, rating.differences()),
                    ]
                ),
            )
            for rating in engagement.ratings.select_related("rater")
            if rating.handed_at
        ),
        (gettext("Took part"), ", ".join(str(each) for each in others)),
        (gettext("Decided by"), str(decision.decided_by)),
        (gettext("Requested"), day(engagement.requested_at)),
        (gettext("Handed over"), day(engagement.ready_at)),
        (gettext("Decided"), day(decision.decided_at)),
        (gettext("Ties, as the body states"), engagement.interest_statement),
        (
            gettext("What came of it"),
            "\n".join(
                f"{certificate.number}: {certificate.title}, {edition_of(certificate)}"
                for certificate in issued
            ),
        ),
        (gettext("Address"), f"{settings.BASE_URL}{engagement.get_absolute_url()}"),
    ]


def apart(score: Score) -> str:
    """One criterion that was scored otherwise than by the first."""
    first, other = Result(score.first).label, Result(score.result).label
    return f"{score.finding.criterion.ref}: {first} / {other}"


def edition_of(row: EngagementEdition | Certificate) -> str:
    return f"{row.edition.name}, {row.level.label}" if row.level else row.edition.name


def day(moment: datetime | None) -> str:
    return date_format(moment) if moment else ""


def counts(findings: list[Finding]) -> list[list[str]]:
    """How many of each result there are; those that do not occur are left out."""
    numbers = [(result, sum(finding.result == result for finding in findings)) for result in Result]
    return [[str(result.label), str(count)] for result, count in numbers if count]


def parts(findings: list[Finding]) -> list[Part]:
    by_edition: dict[str, list[list[str]]] = {}
    for finding in findings:
        by_edition.setdefault(finding.criterion.edition.name, []).append(row(finding))
    return [Part(plain(str(name)), rows) for name, rows in by_edition.items()]


def row(one: Finding) -> list[str]:
    methods = ", ".join(str(Method(method).label) for method in one.methods)
    cells = (
        f"{one.criterion.ref} {one.criterion.text('title')}",
        Result(one.result).label,
        methods,
        "\n".join(words for words in (one.note, otherwise(one)) if words),
        corrected(one),
    )
    return [plain(str(cell)) for cell in cells]


def otherwise(finding: Finding) -> str:
    """What the provider had declared, where the finding says something else (rule R51)."""
    return had_declared(declared_of(finding), Result(finding.result).outcome)


def corrected(one: Finding) -> str:
    """The corrective action in words; nothing where there is none."""
    action: CorrectiveAction | None = getattr(one, "corrective_action", None)
    if action is None:
        return ""
    parts = [str(CorrectiveAction.Status(action.status).label)]
    if action.plan:
        parts.append(action.plan)
    if action.due_on:
        parts.append(gettext("Done by %(date)s") % {"date": date_format(action.due_on)})
    if action.reply:
        parts.append(action.reply)
    return "\n".join(parts)


def pdf(report: Report) -> bytes:
    """The report as PDF/A-3a and PDF/UA, set by the same typesetter as certificates."""
    day = report.date
    values = {**asdict(report), "date": [day.year, day.month, day.day], **marks(report.language)}
    inputs = {"report": json.dumps(values, ensure_ascii=False)}
    content, lacking = typesetting.pdf(TEMPLATE, inputs, standards=("ua-1", "a-3a"))
    if lacking:
        log.warning("the report %s is no PDF/A: %s", report.number, lacking)
    return content


WIDE = 14288  # twentieths of a point: 252 mm, inside the margins of A4 on its side
FINDINGS = (24, 12, 12, 30, 22)  # widths of the columns, in hundredths
COUNTS = (75, 25)
SAMPLES = (30, 40, 30)
SMALL = "18"  # half points


def docx(report: Report) -> bytes:
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(22)
    describe(document, report)
    words = report.labels
    document.add_paragraph(report.title, style="Title")
    document.add_paragraph(report.name, style="Subtitle")
    document.add_heading(words["decision"], 1)
    document.add_paragraph().add_run(report.outcome).bold = True
    document.add_paragraph(report.reason)
    document.add_heading(words["facts"], 1)
    for term, value in report.facts:
        line = document.add_paragraph()
        line.add_run(f"{term}: ").bold = True
        line.add_run(value)
    if report.summary:
        document.add_heading(words["summary"], 1)
        document.add_paragraph(report.summary)
    if report.samples:
        document.add_heading(words["samples"], 1)
        head = words["sample"], words["drawn"], words["criteria"]
        table(document, head, SAMPLES, report.samples)
    document.add_heading(words["counts"], 1)
    table(document, (words["result"], words["number"]), COUNTS, report.counts, wide=WIDE // 2)
    document.add_heading(words["findings"], 1)
    for part in report.parts:
        document.add_heading(part.heading, 2)
        table(document, report.columns, FINDINGS, part.rows)
    document.add_paragraph()
    document.add_paragraph(report.note)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def describe(document: WordDocument, report: Report) -> None:
    """Title, author and language, which readers of the file announce."""
    about = document.core_properties
    about.title, about.author = f"{report.title}: {report.name}"[:255], report.author[:255]
    about.language = "-".join(spelling(report.language))
    about.comments = ""
    fonts = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    fonts.find(qn("w:rPr")).find(qn("w:lang")).set(qn("w:val"), "-".join(spelling(report.language)))


def table(
    document: WordDocument,
    head: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
    *,
    wide: int = WIDE,
) -> None:
    """A table whose first row is its header, repeated on each page; no row is split.

    Rows are copies of one: python-docx looks through the whole table for each row it adds.
    """
    made = document.add_table(rows=1, cols=len(head), style="Table Grid")
    made.autofit = False
    grid = made._tbl.tblGrid.findall(qn("w:gridCol"))
    for column, share in zip(grid, widths, strict=True):
        column.set(qn("w:w"), str(wide * share // 100))
    first = made._tbl.tr_lst[0]
    for cell, share in zip(first.tc_lst, widths, strict=True):
        cell.width = wide * share // 100 * 635
    model = deepcopy(first)
    mark(first, "w:cantSplit", "w:tblHeader")
    mark(model, "w:cantSplit")
    fill(first, head, bold=True)
    for row in rows:
        copy = deepcopy(model)
        fill(copy, row)
        made._tbl.append(copy)


def mark(row: CT_Row, *names: str) -> None:
    properties = row.get_or_add_trPr()
    for name in names:
        properties.append(OxmlElement(name))


def fill(row: CT_Row, cells: Sequence[str], *, bold: bool = False) -> None:
    for cell, text in zip(row.tc_lst, cells, strict=True):
        paragraph = cell.p_lst[0]
        for place, line in enumerate(text.split("\n")):
            run = paragraph.add_r()
            style = run.get_or_add_rPr()
            if bold:
                style.append(OxmlElement("w:b"))
            size = OxmlElement("w:sz")
            size.set(qn("w:val"), SMALL)
            style.append(size)
            if place:
                run.add_br()
            run.add_t(line)
