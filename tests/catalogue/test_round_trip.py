"""Import, export, import: the same criteria, refs, levels, groups, statements and guidance.

What a format may lose of a source is written out here; anything else fails.
"""

import pytest

from standards.catalogue import import_plan
from standards.catalogue.comparing import compare
from standards.catalogue.editions import Edition
from standards.catalogue.exporting import document, export
from standards.catalogue.files import read
from standards.catalogue.import_plan import complete
from tests.catalogue.files import small
from tests.samples import sample

WHOLE = ("oscal", "csv", "xlsx", "yaml")  # these carry everything
OSCAL = {
    "References to the back matter",
    "inserted parameters",
    "links inside texts",
    "Back matter",
    "No statement of withdrawn controls",
    "Facts about the edition",
}
PARTS = {"Parts “assessment-objective”", "Parts “assessment-method”"}
LIBRARY = {"No ref", "No title", "A ref that cannot stand in an address", "No title of a part",
           "Requirements without words", "Questions", "Facts about the edition"}  # fmt: skip
SMALL = {  # what reading each may lose or make up
    "controls.oscal.json": OSCAL | {"No title", "Parts “assessment-objective”"},
    "criteria.openacr.yaml": {"No statement", "No level", "Facts about the edition"},
    "guidelines.wcag.json": {
        "Techniques",
        "Success criteria left out",
        "Facts about the edition",
    },
    "requirements.asvs.json": {"No title", "Facts about the edition"},
    "requirements.asvs.csv": {"No title", "Facts about the edition"},
    "framework.library.yaml": LIBRARY,
    "edition.yaml": set(),
}
NIST = "oscal/NIST_SP-800-53_rev5_catalog.oscal-1.0.0.json"
MODERATE = "oscal/NIST_SP-800-53_rev5_MODERATE-baseline-resolved-profile_catalog.json"
OPENACR = "openacr/2.5-edition-wcag-2.2-508-eu-en.yaml"
ASVS = "asvs/OWASP_Application_Security_Verification_Standard_5.0.0_en"
FULL = {  # counts: criteria, of them withdrawn, groups, levels; and what may be lost
    NIST: ((1189, 182, 20, 1), OSCAL),
    MODERATE: ((287, 0, 18, 1), OSCAL | PARTS),
    OPENACR: ((344, 0, 20, 4), SMALL["criteria.openacr.yaml"]),
    "wcag/wcag.json": ((86, 0, 17, 3), SMALL["guidelines.wcag.json"]),
    f"{ASVS}.json": ((345, 0, 97, 3), SMALL["requirements.asvs.json"]),
    f"{ASVS}.csv": ((345, 0, 97, 3), SMALL["requirements.asvs.csv"]),
}


def kind(loss):
    """The loss without the number in front of it."""
    return loss.what.lstrip("0123456789 ")


def brought_in(data, at, allowed):
    plan = import_plan.plan(data)
    assert {kind(loss) for loss in plan.losses} <= allowed
    return plan, import_plan.load(plan, by=None, at=at)


def again(edition, format):
    """The edition written and read back."""
    found = read(export(edition, format).content, "auto")[1].document
    assert complete(found, format, {}) == []
    return found


@pytest.mark.parametrize("name", SMALL)
def test_a_small_file_goes_round(name, at, db):
    plan, edition = brought_in(small(name), at, SMALL[name])
    assert compare(plan.document, document(edition)).nothing
    for format in WHOLE:
        assert compare(document(edition), again(edition, format)).as_json() == {
            "new": [],
            "changed": {},
            "removed": [],
            "same": len(plan.document.items),
            "about": [],
        }


@pytest.mark.alike
@pytest.mark.long
@pytest.mark.parametrize("name", FULL)
def test_a_full_sample_goes_round(name, at, db):
    counts, allowed = FULL[name]
    plan, edition = brought_in(sample(name), at, allowed)
    stored = document(edition)
    withdrawn = sum(item.force == "withdrawn" for item in stored.items)
    assert (len(stored.items), withdrawn, len(stored.groups), len(stored.levels)) == counts
    assert compare(plan.document, stored).nothing
    for format in WHOLE:
        assert compare(stored, again(edition, format)).nothing, format


def test_openacr_goes_round_in_its_own_format(at, db):
    edition = brought_in(small("criteria.openacr.yaml"), at, SMALL["criteria.openacr.yaml"])[1]
    made = export(edition, "openacr")
    back = read(made.content, "auto")[1].document
    complete(back, "openacr", {})
    found = compare(document(edition), back)
    assert (found.new, found.removed, found.changed, made.losses) == ([], [], {}, [])
    assert document(edition).groups == back.groups


def test_openacr_tells_what_it_cannot_carry(at, db):
    edition = brought_in(small("edition.yaml"), at, set())[1]
    assert {loss.what for loss in export(edition, "openacr").losses} == {
        "Guidance",
        "What would show it",
        "The criterion it is part of",
        "Translations",
        "Links",
        "How it is verified",
        "Criteria not in force",
        "Levels",
        "Groups in groups",
        "Permanent names",
        "Facts about the edition",
    }


def test_the_portal_s_own_editions_go_round(at, db):
    """As the portal ships them, without a tree of groups."""
    path = import_plan.__file__.replace("import_plan.py", "content/std-uk-childrens-code.yaml")
    with open(path, "rb") as file:
        _plan, edition = brought_in(file.read(), at, set())
    assert compare(document(edition), again(edition, "oscal")).nothing
    assert Edition.objects.get().status == "draft"
