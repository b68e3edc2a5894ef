"""`manage.py import_catalogue`: drafts of editions, proposed profiles, and what it tells."""

import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from certcentre.lifecycle import IllegalMove, NotReady
from certcentre.log.models import LogEntry
from standards.catalogue import import_plan
from standards.catalogue.editions import Criterion, Edition
from standards.catalogue.field_labels import NOT_SAID
from standards.catalogue.imports import Import
from standards.catalogue.profiles import Profile
from standards.catalogue.publishing import publish
from standards.catalogue.standards import Standard
from tests import make
from tests.catalogue.files import small


@pytest.fixture
def run(tmp_path, db):
    def run(content, *options, name="list.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out = StringIO()
        call_command("import_catalogue", path, "--key", "my-list", *options, stdout=out)
        return out.getvalue()

    return run


def published(key, at):
    edition = Edition.objects.get(key=key)
    for name in ("issuing_body", "published_text", "text_licence", "catalogue_licence"):
        if getattr(edition, name) == NOT_SAID:
            Edition.objects.filter(pk=edition.pk).update(**{name: "Said since"})
    edition.refresh_from_db()
    publish([edition], by=None, at=at)
    return edition


@pytest.fixture
def named(run):
    """The list with a name: a table without one is not an edition."""
    return lambda rows, *more: run(
        "kind,ref,title,statement\nstandard,name,My list,\n"
        + "".join(f"criterion,{row}\n" for row in rows),
        *more,
    )


ROWS = ("A,One,It does one.", "B,Two,It does two.")


def test_a_dry_run_tells_and_writes_nothing(named):
    said = named(ROWS, "--dry-run")
    assert "new 2: A, B" in said
    assert "Nothing was written" in said
    assert not Edition.objects.exists()
    assert not Import.objects.exists()


def test_a_file_becomes_a_draft_with_its_source_on_it(named):
    assert "Loaded as the draft edition my-list." in named(ROWS)
    edition = Edition.objects.get()
    assert (edition.status, edition.source["file"], edition.source["format"]) == (
        "draft",
        "list.csv",
        "csv",
    )
    assert LogEntry.objects.filter(step="edition.imported").count() == 1
    assert Import.objects.get().edition == edition


def test_that_it_is_a_law_stays_where_the_file_does_not_speak_of_it(named, at):
    """In the draft, and in the edition that follows the published one."""
    named(ROWS)
    Edition.objects.update(nature="law")
    assert "whether it is a law" not in named((*ROWS, "C,Three,It does three."), "--dry-run")
    named((*ROWS, "C,Three,It does three."))
    assert Edition.objects.get().nature == "law"
    published("my-list", at)
    named((*ROWS, "D,Four,It does four."))
    assert Edition.objects.get(key="my-list-2").nature == "law"


def test_twice_changes_nothing(named):
    named(ROWS)
    before = list(Criterion.objects.values_list("pk", "title")), LogEntry.objects.count()
    assert "Nothing changed" in named(ROWS)
    assert before == (list(Criterion.objects.values_list("pk", "title")), LogEntry.objects.count())


def test_a_draft_follows_its_file(named):
    named(ROWS)
    said = named(["A,One,It does one better.", "C,Three,It does three."])
    assert "new 1: C" in said
    assert "removed 1: B" in said
    assert "changed 1: A (statement)" in said
    assert list(Criterion.objects.values_list("ref", flat=True)) == ["A", "C"]


def test_a_changed_file_makes_the_draft_of_a_new_edition(named, at):
    named(ROWS)
    first = published("my-list", at)
    assert "Nothing changed" in named(ROWS)
    assert "draft edition my-list-2" in named([*ROWS, "C,Three,It does three."])
    assert "Nothing changed" in named([*ROWS, "C,Three,It does three."])
    assert "Nothing changed" in named(ROWS)
    first.refresh_from_db()
    assert (first.status, first.criteria.count()) == ("published", 2)
    draft = Edition.objects.get(key="my-list-2")
    assert (draft.status, draft.supersedes) == ("draft", first)


def test_what_nobody_said_is_not_published(named, at):
    named(ROWS)
    words = "issued by, published, licence of the official text, licence of these words"
    with pytest.raises(NotReady, match=words):
        publish([Edition.objects.get(key="my-list")], by=None, at=at)
    published("my-list", at)
    named([*ROWS, "C,Three,It does three."])
    assert Edition.objects.get(key="my-list-2").issuing_body == "Said since"


def test_a_standard_that_is_here_keeps_its_name(run, db):
    Standard.objects.create(key="example-own", name="Ours", issuing_body="Us")
    run(small("edition.yaml"), name="edition.yaml")
    assert Standard.objects.get().name == "Ours"


def test_an_edition_published_meanwhile_is_left_alone(at, db):
    import_plan.load(import_plan.plan(small("edition.yaml")), by=None, at=at)
    changed = small("edition.yaml").replace(b"It does two.", b"It does two better.")
    plan = import_plan.plan(changed)
    published("example-own-1", at)
    with pytest.raises(IllegalMove, match="published meanwhile"):
        import_plan.load(plan, by=None, at=at)
    assert Criterion.objects.get(ref="1.2").statement == "It does two."


def test_a_criterion_that_others_rest_on_is_not_taken_from_a_draft(named):
    named(ROWS)
    make.mapping(Criterion.objects.get(ref="B"), make.edition().criteria.first())
    with pytest.raises(CommandError, match="mappings, rules or answers rest on"):
        named(ROWS[:1])
    assert Criterion.objects.filter(edition__key="my-list").count() == 2


def test_the_report_is_a_file_too(named, tmp_path):
    named(ROWS, "--report", str(tmp_path / "report.txt"))
    text = (tmp_path / "report.txt").read_text()
    assert "made up: Facts about the edition" in text


def test_a_profile_selects_criteria_of_an_edition(run, tmp_path, at):
    run(small("controls.oscal.json"), name="c.json")
    said = run(small("baseline.oscal-profile.json"), name="p.json")
    profile = Profile.objects.get()
    assert (profile.key, profile.status) == ("example-baseline", "proposed")
    assert profile.contents == {"criteria": ["my-list:AC-1", "my-list:AC-1(1)"]}
    assert "lost: Criteria not in force (1: AC-2)" in said
    assert "Nothing changed" in run(small("baseline.oscal-profile.json"), name="p.json")


def test_a_selection_is_of_the_edition_that_the_file_points_at(run, at, db):
    """Also where a later edition holds the same controls, and where names are long."""
    text = small("controls.oscal.json")
    run(text, name="c.json")
    other = text.replace(b"Example Controls: for schools", b"Another Title")
    import_plan.load(import_plan.plan(other), by=None, at=at)
    Edition.objects.filter(key="my-list").update(name="Example Controls")
    for level in (b"LOW", b"HIGH"):
        name = b"Example Institute Special Publication 800 Revision 5 Baseline " + level
        plan = import_plan.plan(
            small("baseline.oscal-profile.json").replace(b"Example Baseline", name)
        )
        assert import_plan.load(plan, by=None, at=at).contents["criteria"][0] == "my-list:AC-1"
    assert Profile.objects.count() == 2


def test_a_profile_of_an_edition_that_is_not_here_is_refused(tmp_path, db):
    (tmp_path / "p.json").write_bytes(small("baseline.oscal-profile.json"))
    with pytest.raises(CommandError, match="Bring in the catalog first"):
        call_command("import_catalogue", tmp_path / "p.json")


def test_a_refused_file_says_why_and_leaves_nothing(run):
    with pytest.raises(CommandError, match=r"was not loaded; nothing changed") as refused:
        run("ref,title\n1,a\n1,b\n")
    assert "the ref 1 is given to two criteria;" in str(refused.value)
    assert not Edition.objects.exists()


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["import_catalogue", "README.md"], 1),
        pytest.param(["import_catalogue"], 2, marks=pytest.mark.long),
        pytest.param(["import_catalogue", "x", "--format", "odd"], 2, marks=pytest.mark.long),
        pytest.param(["import_catalogue", "nowhere.json"], 2, marks=pytest.mark.long),
        pytest.param(["export_catalogue", "x"], 2, marks=pytest.mark.long),
    ],
)
def test_exit_status(arguments, status):
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR)
    assert done.returncode == status
