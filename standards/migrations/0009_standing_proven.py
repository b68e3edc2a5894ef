from django.db import migrations, models

from standards.assessment.standing_bytes import proven


def begin(apps, schema_editor):
    """Rank what stands already."""
    standing = apps.get_model("standards", "Standing")
    rows = []
    for one in standing.objects.only("pk", "levels").iterator(chunk_size=1000):
        one.proven = proven(bytes(one.levels))
        rows.append(one)
    standing.objects.bulk_update(rows, ["proven"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("standards", "0008_external_certificate")]
    operations = [
        migrations.AddField(
            "standing", "proven", models.PositiveBigIntegerField(default=0)
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
