"""What answering and examining may cost: a sheet of 1,189 criteria opened, taken along as a
workbook, brought back, and one answer saved."""

from typing import Any

from django.test import Client
from django.urls import reverse

from certcentre.accounts.models import Membership, Organisation, Role, User
from certcentre.desk.bench.invented import YEAR, digest
from certcentre.desk.bench.measuring import Ground, Measured, Row, count
from certcentre.desk.bench.paths.catalogue import big_edition
from certcentre.desk.bench.seeding import examining_body
from standards.assessment import sheet_file, sheet_return
from standards.assessment.answers import Answer
from standards.assessment.assessments import Assessment
from standards.assessment.declarations import Declaration
from standards.assessment.solutions import Solution
from standards.attestation.engagement import Engagement
from standards.attestation.findings import Finding


def draft(ground: Ground) -> tuple[Assessment, User]:
    """A provider's draft over the big edition, and who edits it; made once."""
    if "draft" not in ground.kept:
        by = User.objects.create_user("editor@example.org", name="Example Editor")
        fields = {"country": "KE", "register_number": "B-1", "size": "small"}
        mine = Organisation.register(
            by=by, at=ground.at, kind="provider", name="Example Benchmark Labs", **fields
        )
        offered = Solution.create(
            mine, by=by, at=ground.at, name="Example", summary="Measured", release_label="1.x"
        )
        made = Assessment.start(
            offered.releases.get(), by=by, at=ground.at, editions=[(big_edition(), None)]
        )
        ground.kept["draft"] = made, by
    draft: tuple[Assessment, User] = ground.kept["draft"]
    return draft


def sheet(ground: Ground) -> Measured:
    made, by = draft(ground)
    return ground.page(reverse("assessment-sheet", args=[made.pk]), by=by, beside_template=True)


def examination(ground: Ground) -> tuple[Engagement, User]:
    """A body's examination of all that a provider declared of the big edition, and its evaluator;
    made once, in bulk."""
    if "examination" not in ground.kept:
        (drafted, editor), by = draft(ground), User.objects.create_user("evaluator@example.org")
        body, provider = examining_body(ground.at), drafted.release.solution.organisation
        Membership.objects.create(organisation=body, user=by, role=Role.EVALUATOR, since=ground.at)
        offered = Solution.create(
            provider, by=editor, at=ground.at, name="Examined", summary="So.", release_label="1.x"
        )
        release = offered.releases.get()
        editions = [(big_edition(), None)]
        assessment = Assessment.start(release, by=editor, at=ground.at, editions=editions)
        assessment.answers.update(value="met", reason="By design.")
        declaration = Declaration.objects.create(
            number="DC-2026-000001",
            assessment=assessment,
            release=release,
            signatory_name="Example Editor",
            signatory_role="Director",
            declared_at=ground.at,
            declared_by=editor,
            valid_until=ground.at + YEAR,
            body=b"{}",
            digest=digest(b"{}"),
        )
        made = Engagement.objects.create(
            number="EN-2026-000001",
            declaration=declaration,
            provider=provider,
            body=body,
            status=Engagement.Status.EXAMINING,
            requested_at=ground.at,
            requested_by=editor,
            interest_statement="None.",
            evaluator=by,
        )
        criteria = assessment.answers.values_list("criterion", flat=True)
        Finding.objects.bulk_create(
            Finding(engagement=made, criterion_id=criterion) for criterion in criteria
        )
        ground.kept["examination"] = made, by
    examination: tuple[Engagement, User] = ground.kept["examination"]
    return examination


def findings(ground: Ground) -> Measured:
    made, by = examination(ground)
    return ground.page(reverse("findings", args=[made.pk]), by=by, beside_template=True)


def finding_rows(ground: Ground) -> Measured:
    """A hundred rows as they come into sight."""
    made, by = examination(ground)
    keys = made.findings.order_by("pk").values_list("pk", flat=True)[200:300]
    query = {"k": ".".join(map(str, keys))}
    return ground.page(reverse("findings-part", args=[made.pk], query=query), by=by)


def rows(ground: Ground) -> Measured:
    """A hundred rows as they come into sight."""
    made, by = draft(ground)
    keys = made.answers.order_by("pk").values_list("pk", flat=True)[200:300]
    query = {"k": ".".join(map(str, keys))}
    return ground.page(reverse("assessment-sheet-part", args=[made.pk], query=query), by=by)


def finding(ground: Ground) -> Measured:
    """Words as they are typed."""
    made, by = draft(ground)
    query = {"q": "criterion 7"}
    return ground.page(reverse("assessment-sheet-part", args=[made.pk], query=query), by=by)


def overview(ground: Ground) -> Measured:
    made, by = draft(ground)
    return ground.page(reverse("assessment", args=[made.pk]), by=by, beside_template=True)


def autosave(ground: Ground) -> Measured:
    """As the script sends it, through the whole stack."""
    made, by = draft(ground)
    answers = made.answers.order_by("pk").values_list("pk", flat=True)
    waiting, client = iter(answers[: ground.repeats * 4 + 20]), ground.client(by)
    return Measured(
        ground.median(lambda: save(client, made, next(waiting))),
        count(lambda: save(client, made, next(waiting))),
        note="whole request",
    )


def save(client: Client, made: Assessment, answer: int) -> Any:
    form = {"value": "met", "reason": "", "note": "", "revision": "0"}  # fresh: nobody wrote it
    got = client.post(reverse("answer", args=[made.pk, answer]), form, headers={"X-Autosave": "1"})
    if "X-Saved" not in got.headers:
        raise RuntimeError(f"autosave answered {got.status_code}")
    return got


def give(ground: Ground) -> Measured:
    """The verb alone, in process."""
    made, by = draft(ground)
    answers = made.answers.select_related("criterion__edition", "assessment")
    rows = iter(answers.order_by("-pk")[:200])

    def give_next() -> None:
        answer: Answer = next(rows)
        answer.give(value="met", by=by, at=ground.at, revision=answer.revision)

    return ground.call(give_next)


def workbook(ground: Ground) -> Measured:
    made, by = draft(ground)
    client, address = ground.client(by), reverse("sheet-xlsx", args=[made.pk])
    return Measured(ground.median(lambda: client.get(address)), count(lambda: client.get(address)))


def workbook_back(ground: Ground) -> Measured:
    """Read and compared, as the page does before it shows what would change."""
    made, _by = draft(ground)
    data = sheet_file.write_xlsx(made, at=ground.at)
    return ground.call(lambda: sheet_return.read(data, made))


ROWS = [
    Row("1,189 answers as a workbook", workbook, seconds=1.5, statements=16, needs=("sheet-xlsx",)),
    Row("1,189 answers read back", workbook_back, seconds=1.5, statements=6),
    Row("sheet of 1,189 criteria", sheet, seconds=0.15, statements=8, needs=("assessment-sheet",)),
    Row(
        "a hundred rows of the sheet",
        rows,
        seconds=0.1,
        statements=8,
        needs=("assessment-sheet-part",),
    ),
    Row(
        "words in the sheet",
        finding,
        seconds=0.1,
        statements=4,
        needs=("assessment-sheet-part",),
    ),
    Row("findings on 1,189 criteria", findings, seconds=0.15, statements=8, needs=("findings",)),
    Row(
        "a hundred rows of findings",
        finding_rows,
        seconds=0.1,
        statements=8,
        needs=("findings-part",),
    ),
    Row("overview of 1,189 criteria", overview, statements=8, needs=("assessment",)),
    Row("autosave of one answer", autosave, seconds=0.03, statements=6, needs=("answer",)),
    Row("one answer, the verb alone", give, seconds=0.005, statements=6),
]
