"""What a page shows of a record is what it takes: opened and saved, nothing is different."""

import pytest
from django.db.models.functions import Length
from django.urls import reverse

from standards.catalogue.edition_forms import CriterionForm, EditionForm
from standards.catalogue.pages.kinds import KINDS
from standards.catalogue.schema import RECORDS, CriterionRecord, EditionRecord
from standards.models import Criterion, Edition, Level

pytestmark = pytest.mark.alike


def shown(form):
    """What a browser sends of a form that nobody touched."""
    values = {}
    for name in form.fields:
        value = form[name].value()
        if value not in (None, False):
            values[name] = value
    return {**values, "reason": "Read again"}


def same(kind, one, other):
    """Whether both say the same record: what is left out, and what says nothing, are alike."""
    return kind.model_validate(one) == kind.model_validate(other)


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Edition, Level, Criterion)]


@pytest.mark.long
def test_those_that_say_most_are_opened_and_saved_unchanged(catalogue, centre, client):
    client.force_login(centre.officer)
    before = everything()
    for key in Edition.objects.order_by(Length("version").desc()).values_list("key", flat=True)[:8]:
        address = reverse("catalogue-edition-edit", args=[key])
        form = client.get(address).context["form"]
        answer = client.post(address, shown(form))
        wrong = answer.context["form"].errors if answer.context else {}
        assert (key, answer.status_code, dict(wrong)) == (key, 302, {})
    assert everything() == before


@pytest.mark.long
@pytest.mark.parametrize("status", ["published", "draft"])
def test_each_edition_is_saved_unchanged(status, catalogue):
    """All fields of a draft are open: none of them alters what it shows."""
    Edition.objects.update(status=status)
    for edition in Edition.objects.select_related("standard", "supersedes"):
        stored = EditionRecord.of(edition).data
        form = EditionForm(edition=edition, stored=stored)
        again = EditionForm(shown(form), edition=edition, stored=stored)
        assert (edition.key, dict(again.errors)) == (edition.key, {})
        assert same(EditionRecord, again.record(), stored)


@pytest.mark.long
def test_each_criterion_is_saved_unchanged(catalogue):
    Edition.objects.update(status=Edition.Status.DRAFT)
    for edition in Edition.objects.select_related("standard", "supersedes"):
        levels = list(edition.levels.all())
        for stored in EditionRecord.of(edition).data["criteria"]:
            form = CriterionForm(edition=edition, levels=levels, stored=stored)
            again = CriterionForm(shown(form), edition=edition, levels=levels, stored=stored)
            assert (edition.key, stored["ref"], dict(again.errors)) == (
                edition.key,
                stored["ref"],
                {},
            )
            assert same(CriterionRecord, again.record(), stored)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_each_record_is_saved_unchanged(kind, catalogue):
    of = KINDS[kind]
    step = 10 if kind == "mappings" else 1  # they are many, and much alike
    for row in of.rows()[::step]:
        stored = of.record(row)
        again = of.form(shown(of.form(stored=stored)), stored=stored)
        assert (str(row), dict(again.errors)) == (str(row), {})
        assert same(RECORDS[of.name], again.record(), stored)
