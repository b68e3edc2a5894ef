"""Files that are hostile, broken or not a standard: refused, with what their owner can do."""

import io
import json
import zipfile

import pytest

from certcentre.tables.rows import LARGEST
from standards.catalogue.files import read
from standards.catalogue.files.losses import Refused
from standards.catalogue.files.parsing import decoded
from standards.catalogue.files.soundness import flaws
from standards.catalogue.import_plan import plan
from tests.catalogue.files import small

pytestmark = [pytest.mark.long, pytest.mark.alike]

LIBRARY = "objects: {framework: {name: F, requirement_nodes: [%s]}}"
NODE = "{urn: %s, parent_urn: %s, assessable: true, name: n}"


def refused(data, format="auto"):
    data = data.encode() if isinstance(data, str) else data
    try:
        reasons = flaws(read(data, format)[1].document)
    except Refused as error:
        reasons = error.reasons
    return "\n".join(reasons) or "taken in"


def controls(**changes):
    """The small OSCAL catalog with changes in its metadata, or in its first control."""
    catalog = json.loads(small("controls.oscal.json"))
    first = catalog["catalog"]["groups"][0]["controls"][0]
    for name, value in changes.items():
        where = first if name in first else catalog["catalog"]["metadata"]
        where[name.replace("_", "-")] = value
    return json.dumps(catalog)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "The file is empty"),
        (b"\xff\xd8\xff\xe0 a picture", "This is JPEG. Bring a spreadsheet"),
        (b"%PDF-1.7 \xe2\xe3", "This is PDF. Bring a spreadsheet"),
        (b"ref,text\n1,caf\x81\n", "Line 2 is not UTF-8. Save the file again as UTF-8"),
        ("catalog:\n  title: Donn\xe9es".encode("latin-1"), "Line 2 is not UTF-8"),
        (b'<catalog xmlns="http://csrc.nist.gov/ns/oscal/1.0"/>', "This is OSCAL as XML"),
        ("catalog: &a {}\nx: *a", "aliases (*name); write the part out instead"),
        ("objects: " + "[" * 50 + "]" * 50, "nested"),
        ('{"catalog": ' + "[" * 50 + "]" * 50 + "}", "more than 30 levels deep"),
        ('{"catalog": ' + "[" * 100_000, "levels deep"),
        ('{"catalog": {"a": 1, "a": 2}}', "The key “a” stands twice"),
        ('{"catalog": {"a": NaN}}', "NaN is not a number"),
        ('{"catalog": {', "Line 1 is not JSON"),
        ('{"catalog": {"a": ' + "9" * 5000 + "}}", "a number that is too long"),
        ("objects: !!python/object/apply:os.system [id]", "not YAML that we read"),
        ("nothing we know", "We do not recognise this file"),
        ("PK\x03\x04 nothing packed", "not a workbook that can be opened"),
        ("objects: {risk_matrix: [{name: m}]}", "holds no framework, only a risk matrix"),
        ("objects: {requirement_mapping_set: {urn: u}}", "only a mapping between standards"),
        ("objects: {framework: [{name: A}, {name: B}]}", "holds 2 frameworks (A, B)"),
        (LIBRARY % "", "no assessable requirement"),
        (LIBRARY % (NODE % ("a", "b")), "a stands under b, which is not there"),
        (LIBRARY % (NODE % ("a", "b") + "," + NODE % ("b", "a")), "stands under itself"),
        (LIBRARY % (NODE % ("a", "") + "," + NODE % ("a", "")), "The urn a is given to 2 nodes"),
        ("ref,title,parent\n1,a,2\n2,b,1\n", "1 is part of itself, by way of others"),
        ("ref,title,parent\n1,a,9\n", "1 is part of 9, which is not there"),
        (
            "ref,title\n1,a\n1,b\n",
            "A (ref): the ref 1 is given to two criteria; row 2",
        ),
        ("kind,source_id,title,parent\ngroup,a,A,b\ngroup,b,B,a\ncriterion,,x,\n", "in itself"),
        ("product: {name: P}\nchapters: {}", "a provider's accessibility report"),
    ],
)
def test_a_file_is_refused(data, reason):
    assert reason in refused(data)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"oscal_version": "9.9"}, "OSCAL version “9.9”"),
        ({"id": "ac-2"}, "The id ac-2 is given to two controls"),
        ({"params": []}, "The parameter ac-1_prm_1 is inserted and defined nowhere"),
        ({"title": "", "parts": []}, "neither a title nor a statement"),
    ],
)
def test_what_validators_of_oscal_pass_over_is_refused(changes, reason):
    assert reason in refused(controls(**changes))


def test_200_megabytes_are_refused_before_they_are_read(tmp_path):
    assert "has 201 MB; at most 25 MB" in refused(b"{" + b" " * (200 * 1024 * 1024))
    assert LARGEST == 25 * 1024 * 1024


def test_a_workbook_that_unpacks_to_too_much_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (101 * 1024 * 1024))
    assert "unpacks to 101 MB" in refused(out.getvalue())


def test_a_list_that_begins_like_a_program_is_read():
    data = decoded(b"MZ,title\r\n1,Maputo\r\n")
    assert data.startswith("MZ,title")
    with pytest.raises(Refused, match="This is EXE"):
        decoded(b"MZ\x90\x00")


def test_a_reserved_key_is_refused(db):
    with pytest.raises(Refused, match="is an address of ours"):
        plan(small("edition.yaml"), asked={"key": "imports"})
