"""A tender as open contracting data, held against what the standard asks."""

import copy
import csv
import io
import json

import pytest

from tenders import annex, frozen_body
from tenders.export import FORMATS, ocds
from tests import make
from tests.tenders import bodies, ocds_schema
from tests.tenders.ocds_schema import groups, requirements

pytestmark = pytest.mark.alike

SCHEMAS = ["ours", "official"]


@pytest.fixture(params=SCHEMAS)
def validator(request):
    if request.param == "ours":
        return ocds_schema.OURS
    if not ocds_schema.FOLDER:
        pytest.skip("OCDS_SCHEMAS names no folder with the schemas of the standard")
    return ocds_schema.official()


def tree(body=None):
    return annex.build(body or bodies.body(), "f" * 64)


def release(body=None):
    [made] = json.loads(FORMATS["json"].write(tree(body), annex.silent))["releases"]
    return made


def noticed(**more):
    """A body with every term of a notice."""
    terms = {
        "method": "limited", "method_reason": "Two makers", "category": "goods", "scheme": "CPV",
        "code": "48190000-6", "code_words": "Software", "value": "1200.50", "currency": "KES",
        "contract_start": "2026-09-01", "contract_months": 24, "contract_extensions": "Once",
        "contact_office": "Unit", "contact_email": "unit@example.org", "contact_phone": "1",
        "bid_how": "paper", "bid_address": "Room 4", "bid_languages": ["en"], "valid_days": 90,
        "zone": "Africa/Nairobi", "questions_until": "2026-12-01T12:00:00+00:00",
    }  # fmt: skip
    return bodies.body() | {"notice": terms | more}


def own(**more):
    return bodies.requirement(7, edition=None, **more)


@pytest.mark.alike
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("body", [bodies.body, bodies.hostile])
def test_a_release_has_what_the_standard_asks(validator, body, language):
    made = release(body(language=language))
    assert ocds_schema.wrongs(validator, made) == []
    assert ocds_schema.loose([made]) == []


def test_so_has_one_with_every_term_and_a_draft(validator):
    drafted = bodies.body(published=False)
    for body in (noticed(), noticed(value=None, bid_how=""), drafted):
        assert ocds_schema.wrongs(validator, release(body)) == []


BROKEN = {
    "no identifier": lambda made: made.pop("ocid"),
    "no id": lambda made: made.pop("id"),
    "a tag that is no list": lambda made: made.update(tag="tender"),
    "a date that is a number": lambda made: made.update(date=2026),
    "an unknown beginning": lambda made: made.update(initiationType="call"),
    "a status of our own": lambda made: made["tender"].update(status="open"),
    "a method of our own": lambda made: made["tender"].update(procurementMethod="negotiated"),
    "an amount in letters": lambda made: made["tender"]["value"].update(amount="1200.50"),
    "a criterion without id": lambda made: made["tender"]["criteria"][0].pop("id"),
    "an answer of no kind": lambda made: requirements(made["tender"])[0].update(dataType="bool"),
    "a group of nothing": lambda made: groups(made["tender"])[0].update(requirements=[]),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_one_is_refused(validator, broken):
    made = copy.deepcopy(release(noticed()))
    BROKEN[broken](made)
    assert ocds_schema.wrongs(validator, made)


def test_what_leads_nowhere_is_seen():
    made = release()
    made["tender"]["items"][0]["relatedLot"] = "9"
    made["tender"]["criteria"][0]["relatedLots"] = ["8"]
    requirements(made["tender"])[0]["id"] = "L1-002"
    assert len(ocds_schema.loose([made, made])) == 7


def test_the_references_are_those_of_the_list():
    fact = {"key": "stages", "values": ["1"], "how": "any"}
    asked = [
        *(bodies.requirement(n) for n in range(1, 7)),
        own(),
        own(id="8", ref="L1-008", fact=fact),
    ]
    body = bodies.body(asked)
    rows = csv.DictReader(
        io.StringIO(FORMATS["csv"].write(tree(body), annex.silent).decode("utf-8-sig"))
    )
    made = requirements(release(body)["tender"])
    assert sorted(each["id"] for each in made) == [line["Ref"] for line in rows]
    assert all(each["expectedValue"] is True for each in made)


def test_a_group_holds_one_obligation_and_no_group_stands_for_another():
    """Groups of one criterion are each enough, so shoulds beside musts would make up for them."""
    about = release()["tender"]
    assert [len(each["requirementGroups"]) for each in about["criteria"]] == [1, 1, 1]
    kinds = [
        {each["certcentre_obligation"] for each in group["requirements"]} for group in groups(about)
    ]
    assert kinds == [{"should"}, {"may"}, {"must"}]
    assert [each["id"] for each in about["criteria"]] == ["L1-ex-should", "L1-ex-may", "L1-ex-must"]


def test_what_the_standard_has_no_field_for_stands_in_ours():
    asked = bodies.requirement(4, alternatives=[{"criterion": "b:1", "cites": "B 1 or equivalent"}])
    [made] = requirements(release(bodies.body([asked]))["tender"])
    assert made["certcentre_weight"] == 7
    assert made["certcentre_leastAssurance"] == "AL1"
    assert made["certcentre_rationale"] == "Needed"
    assert "Record of the thing" in made["certcentre_evidence"]
    assert made["certcentre_source"]["criterion"] == "ex:4"
    assert "or equivalent" in made["certcentre_source"]["cites"]
    assert made["certcentre_accepted"][0]["criterion"] == "b:1"


def test_the_terms_of_the_notice():
    about = release(noticed())["tender"]
    assert about["value"] == {"amount": 1200.5, "currency": "KES"}
    assert about["items"][0]["classification"]["scheme"] == "CPV"
    assert about["submissionMethod"] == ["written"]
    assert about["tenderPeriod"]["endDate"] == "2026-12-18T12:00:00+00:00"
    assert about["contractPeriod"] == {
        "startDate": "2026-09-01T00:00:00+03:00",
        "endDate": "2028-08-31T00:00:00+03:00",
    }
    assert about["enquiryPeriod"]["endDate"] == "2026-12-01T12:00:00+00:00"
    assert about["certcentre_zone"] == "Africa/Nairobi"
    hurried = release(noticed(short_reason="School begins", questions_until=None))["tender"]
    assert hurried["certcentre_shortReason"] == "School begins"
    assert hurried["enquiryPeriod"] == hurried["tenderPeriod"]
    assert "contractPeriod" not in release(noticed(contract_start=None))["tender"]
    assert "value" not in release(noticed(value=None))["tender"]


def test_a_buyer_is_known_by_country_and_number():
    made = release(noticed())
    [party] = made["parties"]
    assert (party["id"], party["identifier"]["id"]) == ("KE-1", "1")
    assert party["contactPoint"]["email"] == "unit@example.org"
    nameless = bodies.body()
    nameless["buyer"] |= {"id": "ab-1", "register_number": ""}
    assert release(nameless)["buyer"]["id"] == "ab-1"


def test_without_a_prefix_a_file_says_that_it_is_a_draft(settings):
    settings.OCID_PREFIX = ""
    made = release()
    assert made["ocid"] == "draft-TD-2026-000001"
    assert "no prefix" in made["certcentre_note"]
    settings.OCID_PREFIX = "ocds-a1b2c3"
    made = release()
    assert (made["ocid"], "certcentre_note" in made) == ("ocds-a1b2c3-TD-2026-000001", False)
    drafted = release(bodies.body(published=False))
    assert (drafted["ocid"], drafted["tag"]) == ("draft-TD-2026-000001", ["planning"])
    assert "not published" in drafted["certcentre_note"]


def test_no_text_is_empty_and_no_list():
    made = json.dumps(release(noticed(method_reason="", contact_phone=None)))
    for nothing in ('""', "[]", "{}", "null"):
        assert nothing not in made


def test_facts_and_own_words_of_a_real_tender_are_in_it(db, validator):
    tender = make.tender()
    by = {"by": tender.person, "at": tender.created_at}
    tender.lot.add_words("Prints", obligation="must", **by)
    made = ocds.release(annex.build(frozen_body.written(tender)))
    assert ocds_schema.wrongs(validator, json.loads(ocds.as_json(made))) == []
    assert [each["id"] for each in made["tender"]["criteria"]][-1] == "L1-own-must"
