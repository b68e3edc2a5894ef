"""Mappings from a file: read, previewed, proposed; refused with the line and the reason."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from certcentre.tables.rows import Unreadable
from standards.catalogue.files.mappings import read
from standards.models import Mapping
from tests import make
from tests.tables.files import spreadsheet

HEAD = "source,relation,target,strength,rationale,note,group,origin\n"
CSV = HEAD + "one:1.1,equal,two:1.1,9,functional,Nearly,first,Example Body\n"
YAML = "mappings:\n- {source: 'one:1.1', relation: equal, target: 'two:1.1', origin: Example}\n"


@pytest.fixture
def officer(centre, client):
    make.criteria(2, key="one")
    make.criteria(2, key="two")
    client.force_login(centre.officer)
    return centre.officer


def send(client, text, do="preview", **more):
    file = SimpleUploadedFile("mappings.csv", text.encode())
    data = {"file": file, "do": do, "reason": "A table", **more}
    return client.post(reverse("catalogue-mappings-file"), data)


def test_csv_and_yaml_are_read():
    assert read(CSV.encode()).records[0]["strength"] == 9
    assert read(("\ufeff" + CSV.replace(",", ";")).encode()).records[0]["relation"] == "equal"
    assert read(YAML.encode()).records[0]["target"] == "two:1.1"


def test_a_table_is_read_in_any_dress():
    rows = [
        ["Our mappings"],
        [],
        ["SOURCE", "Relation", "Target"],
        ["ONE:A 1", "Subset of", "two:1"],
    ]
    text = "\r\n".join("\t".join(row) for row in rows)
    wanted = {"source": "one:A 1", "relation": "subset_of", "target": "two:1"}
    for data in (text.encode("utf-16"), spreadsheet(rows)):
        listed = read(data)
        assert listed.records == [wanted]
        assert listed.rows[0][0].endswith("ow 4")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (HEAD.encode(), "holds no mappings"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"a,b\n1,2\n", "No row names the columns source, relation, target"),
        (b"source,target\n1,2\n", "Row 1: there is no column “relation”"),
        ((HEAD[:-1] + ",wish\n").encode(), "Row 1: we do not know the column “wish”"),
        (b"x" * (1024 * 1024 + 1), "has 2 MB; at most 1 MB"),
        (b"mappings:\n- &a {source: x}\n- *a\n", "aliases"),
        (b"mappings:\n- 3\n", "list of mappings"),
        (b"PK\x03\x04", "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused(data, said):
    with pytest.raises(Unreadable, match=said):
        read(data)


def test_a_preview_changes_nothing(officer, client):
    page = send(client, CSV).content.decode()
    assert "new proposals" in page
    assert not Mapping.objects.exists()


def test_proposing_writes_all_once(officer, client):
    for _ in range(2):
        send(client, CSV, do="propose")
    made = Mapping.objects.get()
    assert (made.status, made.strength, made.proposed_by) == ("proposed", 9, officer)


def test_the_text_of_the_preview_is_enough_to_propose(officer, client):
    data = {"text": CSV, "do": "propose", "reason": "A table"}
    assert client.post(reverse("catalogue-mappings-file"), data).status_code == 302
    assert Mapping.objects.count() == 1


def test_a_wrong_line_refuses_the_file(officer, client):
    wrong = CSV + "one:1.2,equal,none:1,,,,,Example Body\n"
    answer = send(client, wrong, do="propose")
    assert answer.status_code == 422
    assert "Row 3" in answer.content.decode()
    assert not Mapping.objects.exists()


def test_a_file_does_not_publish(officer, client):
    send(client, YAML.replace("origin: Example", "origin: x, status: published"), do="propose")
    assert Mapping.objects.get().status == "proposed"


def test_what_goes_out_comes_in_again(officer, client):
    send(client, CSV, do="propose")
    out = client.get(reverse("catalogue-mappings-csv")).content
    assert read(out).records[0]["note"] == "Nearly"
