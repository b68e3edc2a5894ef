"""Slots for criteria that were published without one, a standing for every release, the clock."""

from django.db import migrations
from django.db.models import Max
from django.utils import timezone

from standards.assessment.standing_bytes import Spoken, row

FIELDS = ("criterion__slot", "outcome", "assurance", "accepted_by", "valid_from")


def begin(apps, schema_editor):
    give_slots(apps.get_model("standards", "Criterion"))
    release, claim, standing, clock = (
        apps.get_model("standards", name) for name in ("Release", "Claim", "Standing", "Clock")
    )
    at, made = timezone.now(), []
    for key in release.objects.order_by("created_at", "pk").values_list("pk", flat=True):
        said = claim.objects.filter(release=key, ended_at=None).order_by(
            "criterion", "-assurance", "-valid_from", "-pk"
        )
        spoken = [
            Spoken(slot, outcome, assurance, bool(accepted), begins, ends)
            for slot, outcome, assurance, accepted, begins, ends in said.values_list(
                *FIELDS, "valid_until"
            )
        ]
        levels, turn = row(spoken, at=at)
        made.append(standing(release_id=key, levels=levels, next_change=turn, version=1))
    standing.objects.bulk_create(made, batch_size=500)
    clock.objects.create(pk=1, value=1)


def give_slots(criterion):
    """The next free ones, in the order of editions."""
    last = criterion.objects.aggregate(last=Max("slot"))["last"]
    free = 0 if last is None else last + 1
    without = criterion.objects.filter(slot=None).exclude(edition__status="draft")
    for number, one in enumerate(without.order_by("edition", "position", "pk"), free):
        one.slot = number
        one.save(update_fields=["slot"])


class Migration(migrations.Migration):
    dependencies = [("standards", "0005_standings")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
