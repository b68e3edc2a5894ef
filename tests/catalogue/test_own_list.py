"""A ministry's own list, in CSV or a spreadsheet, as people write it."""

import io
import time

import openpyxl
import pytest

from standards.catalogue.files import read
from standards.catalogue.files.losses import Refused
from standards.catalogue.files.soundness import circles

FRENCH = "N°;Exigence;Caractère;Rubrique;Preuves;Remarque\n{}"
ROWS = (
    "1;Le produit parle français;obligatoire;Langue;Une copie d’écran;\n"
    "2;Le produit marche sans réseau;recommandé;Réseau;;x\n;;;;;\n"
)


def test_a_french_list_with_semicolons_is_understood():
    format, found = read(FRENCH.format(ROWS).encode("utf-8-sig"))
    first, second = found.document.items
    assert (format, first.ref, first.level, first.hint) == ("csv", "1", "must", "Une copie d’écran")
    assert (second.level, second.part) == ("should", "reseau")
    assert first.title == first.statement == "Le produit parle français"
    assert [(lv.key, lv.obligation) for lv in found.document.levels] == [
        ("must", "must"),
        ("should", "should"),
    ]
    assert second.guidance == "x"
    assert {loss.what for loss in found.losses} == {"No title"}


def test_columns_that_we_do_not_know_are_told():
    found = read(b"Ref,Statement,Budget\n1,It works,100\n")[1]
    assert [(loss.what, loss.where) for loss in found.losses][-1] == ("Columns", ("Budget",))


def test_a_column_of_hints_is_kept():
    document = read(b"Ref,Statement,Hint\n1,It works,A recording\n")[1].document
    assert document.items[0].hint == "A recording"


def test_headings_may_stand_below_a_title():
    found = read(b"Our list,,\n,,\nRef,Title,Text\nA 1,It works,It really works\n")[1]
    assert (found.document.items[0].ref, found.document.items[0].statement) == (
        "A-1",
        "It really works",
    )


def test_a_workbook_is_read_by_its_values():
    book = openpyxl.Workbook()
    book.active.append(["Ref", "Requirement", "Must"])
    book.active.append([1, "It works offline", "yes"])
    book.active.append([2.0, "=1+1", "could"])
    out = io.BytesIO()
    book.save(out)
    format, found = read(out.getvalue())
    assert (format, [item.ref for item in found.document.items]) == ("xlsx", ["1"])


def test_a_table_without_criteria_is_refused():
    with pytest.raises(Refused, match="No table has criteria"):
        read(b"Ref,Budget\n1,2\n", "csv")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (
            "Ref,Text,Obligation\n1,It works,perhaps\n",
            "column C (Obligation): “perhaps” is",
        ),
        ("Ref,Text,Level,Obligation\n1,a,X,must\n2,b,X,may\n", "level “X” is may here and must"),
        ("kind,ref,title\nlevel,A,A\nriddle,1,b\n", "no kind of row called “riddle”"),
        ("kind,ref,title,level\nlevel,A,A,\ncriterion,1,b,B\n", "there is no level “B”"),
    ],
)
def test_a_mistake_is_told_with_its_row(rows, reason):
    with pytest.raises(Refused) as refused:
        read(rows.encode(), "csv")
    assert reason in str(refused.value)


def test_a_list_without_references_costs_by_its_length_alone():
    """23 s for 19,000 rows it was: each row copied what was known to be sound."""
    few, many = (timed(count) for count in (4_000, 32_000))
    assert many < 30 * max(few, 0.002)


def timed(count):
    parents = {f"r{n}": "" for n in range(count)}
    start = time.process_time()
    assert list(circles(parents)) == []
    return time.process_time() - start
