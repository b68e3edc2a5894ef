"""Loading content into an empty catalogue: drafts, and nothing of what is broken."""

import shutil

import pytest
from django.core.management import CommandError, call_command

from standards.catalogue.content import CONTENT
from standards.catalogue.loading import load
from standards.models import Criterion, Edition, Fact
from tests.catalogue.content_files import change, edit_first, reasons, small_folder


@pytest.fixture
def folder(tmp_path):
    return small_folder(tmp_path)


def test_a_broken_file_loads_nothing(db, folder, at):
    shutil.copy(CONTENT / "std-bda-style.yaml", folder)
    change(folder / "std-access-anywhere.yaml", edit_first(level="NONE"))
    assert reasons(folder, at) == (
        "std-access-anywhere.yaml: access-anywhere: criterion AAP-1: there is no level NONE"
    )
    assert (Edition.objects.count(), Fact.objects.count()) == (0, 0)


def test_the_command_names_file_record_and_reason(db, folder):
    change(folder / "std-access-anywhere.yaml", edit_first(domain="magic"))
    with pytest.raises(
        CommandError, match=r"(?s)Nothing was loaded.*std-access.*AAP-1.*magic"
    ) as e:
        call_command("load_standards", dir=folder)
    assert e.value.returncode == 1


def test_a_draft_edition_may_change_until_it_is_published(db, folder, at):
    path = folder / "std-access-anywhere.yaml"
    change(path, lambda data: data.update(status="draft"))
    load(folder, at=at)
    assert Criterion.objects.exclude(slot=None).count() == 0
    change(path, lambda data: (data.pop("criteria_count"), data["criteria"].pop(0)))
    load(folder, at=at)
    assert not Criterion.objects.filter(ref="AAP-1").exists()
    change(path, lambda data: data.update(status="published"))
    assert load(folder, at=at).published == ["access-anywhere"]
