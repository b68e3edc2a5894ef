"""Nothing private leaves in open data: a mark in every field that no public page shows, and a look
for it in every file, feed and part of the sitemap, and in the log."""

import json
import re
from collections import defaultdict

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from certcentre.desk.kept_rows import kept_tables
from certcentre.desk.open_data.feeds import FEEDS
from certcentre.desk.open_data.publishing import publish
from certcentre.log.models import LogEntry
from standards.assessment.solutions import Release
from standards.registry.serializers import SolutionDetailShape
from tests import make
from tests.desk.open_data import every_text
from tests.desk.test_open_data import store

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
__all__ = ["store"]
MARK = re.compile(r"zq\d{6}x")
PUBLIC = """
desk.case: number outcome
accounts.organisation: name earlier_names register_number website
log.logentry: subject_type subject_id step from_state to_state reason body
log.checkpoint: root key note
log.tile: hashes
standards.accreditation: number countries
standards.certificate: number facts
standards.claim: source
standards.countrygroup: key members
standards.criterion: key ref title statement evidence_hint group verification
standards.declaration: number
standards.edition: key name version issuing_body reference published_text jurisdictions
standards.edition: text_licence may_quote_text catalogue_licence notice words_digest source_basis
standards.externalcertificate: number issuer their_number scope exclusions
standards.scheme: name
standards.fact: key ask why term values translations
standards.level: key label
standards.mapping: rationale note group origin
standards.need: key label means learners aliases anchors evidence translations
standards.profile: key label
standards.release: label declared_facts
standards.rule: key when refs why legal_basis law_excludes translations
standards.solution: name summary website
standards.standard: key name issuing_body
tenders.award: supplier reason standstill_reason
tenders.enquiry: line
tenders.lot: title cancelled_because
tenders.tender: reference title summary body digest outcome countries languages amended_because
tenders.tender: grounds method_reason code code_words contract_extensions short_reason zone
tenders.tender: contact_office contact_email contact_phone bid_address bid_languages review_body
"""
UNFIT = {  # of requirements in own words and of forms on paper, which the world has none of
    *("tenders.bid.bidder_name", "tenders.bid.form_digest"),
    "desk.partyquestion.answer",
    *("tenders.requirement.fact", "tenders.requirement.words"),
}
TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def shown():
    """The fields that public pages show, by model: all others are private."""
    fields = defaultdict(set)
    for label, _colon, names in (line.partition(":") for line in PUBLIC.strip().splitlines()):
        fields[label] |= set(names.split())
    return fields


def may_be_marked(field):
    long_enough = field.max_length is None or field.max_length >= 9
    return isinstance(field, TEXT) and long_enough and not field.choices and not field.primary_key


def fields():
    """Every field that can hold words, with its model."""
    for label, model in kept_tables().items():
        for field in model._meta.concrete_fields:
            if may_be_marked(field):
                yield label, model, field


def value_of(mark, field):
    if isinstance(field, models.JSONField):
        return {"mark": mark}
    return mark.encode() if isinstance(field, models.BinaryField) else mark


class Marks(dict):
    """Where each mark was left; `unfit` are the fields that take none in a row."""

    def __init__(self):
        self.unfit = set()

    def leave(self, rows, field, name):
        """One in each row, so that what must be one of a kind is; where no words fit, none."""
        for row in rows.exclude(**{f"{field.name}__isnull": True}):
            mark = f"zq{len(self):06d}x"
            try:
                with transaction.atomic():
                    rows.filter(pk=row.pk).update(**{field.name: value_of(mark, field)})
            except IntegrityError:
                self.unfit.add(name)
            else:
                self[mark] = name

    def leave_in_bodies(self, entries):
        """What a private entry says stays JSON, since whoever checks the log reads it."""
        for entry in entries:
            mark = f"zq{len(self):06d}x"
            said = json.loads(bytes(entry.body)) | {"reason": mark}
            body = json.dumps({**said, "detail": {**said["detail"], "mark": mark}}).encode()
            LogEntry.objects.filter(pk=entry.pk).update(body=body)
            self[mark] = "a private entry.body"


def marked_world():
    """A world of one of everything, and the marks in it."""
    world, marks, public = make.world(), Marks(), shown()
    hidden = (world.unlisted, world.tender_draft, world.drafted, world.external, world.draft)
    hidden += (world.enquiry,)  # not answered
    hidden += (held_beside(world.listed), *world.unlisted.releases.all())
    hidden += (*world.tender_draft.lots.all(), *world.drafted.criteria.all())
    hidden += (*world.drafted.levels.all(),)
    award = make.bought()  # whose tender ends in public
    private = LogEntry.objects.filter(visibility="private")
    for label, model, field in fields():
        if field.name not in public[label]:
            marks.leave(model._base_manager.all(), field, f"{label}.{field.name}")
        elif own := [each.pk for each in hidden if isinstance(each, model)]:
            rows = model._base_manager.filter(pk__in=own)
            marks.leave(rows, field, f"a hidden {label}.{field.name}")
    marks.leave(private, LogEntry._meta.get_field("reason"), "a private entry.reason")
    marks.leave_in_bodies(private)
    world.marks, world.award = marks, award
    return world


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    with make.once(django_db_blocker, marked_world) as world:
        yield world


@pytest.fixture
def marked(built, db):
    return built


def held_beside(product):
    """A release of a listed product that never was public."""
    release = make.release(solution=product, label="5.x", facts={"delivery": ["web"]})
    release.publish(["I04"], by=make.signer(product.organisation), at=timezone.now())
    return release


def leaks(client, world):
    """Where a mark was left that came out, and where it came out."""
    publish(at=timezone.now())
    texts = every_text(client)
    for name in (*FEEDS, f"solutions/{world.listed.pk}"):
        texts[f"{name}.atom"] = client.get(f"/feeds/{name}.atom").content.decode()
    texts["log"] = client.get("/log/").content.decode()
    for part in re.findall(r"https?://[^/]+(/sitemaps/.*?\.xml)", sitemap(client)):
        texts[part] = client.get(part).getvalue().decode()
    return {
        f"{world.marks[mark]} in {name}"
        for name, text in texts.items()
        for mark in MARK.findall(text)
    }


def sitemap(client):
    return client.get("/sitemap.xml").content.decode()


def test_no_mark_comes_out(client, marked):
    assert len(set(marked.marks.values())) > 150
    assert marked.marks.unfit - set(marked.marks.values()) == UNFIT
    assert leaks(client, marked) == set()


def test_the_name_of_a_held_release_is_seen(client, marked, monkeypatch):
    monkeypatch.setattr(Release, "is_public", True)
    leaky = leaks(client, marked)
    assert {f"a hidden standards.release.label in {name}" for name in ("log", "log.atom")} <= leaky


def test_a_leak_is_seen(client, marked, monkeypatch):
    leaky = lambda self, solution: solution.current_release.facts  # noqa: E731
    monkeypatch.setattr(SolutionDetailShape, "get_facts", leaky)
    assert "standards.release.facts in solutions.jsonl.gz" in leaks(client, marked)
