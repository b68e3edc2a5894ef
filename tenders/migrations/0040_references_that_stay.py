from django.db import migrations, models
from django.db.models import F


def stay(apps, schema_editor):
    """What is asked for in a version being written keeps the references it has now."""
    rows = apps.get_model("tenders", "Requirement").objects
    rows.filter(lot__follows__isnull=False, lot__tender__status="draft").update(
        number=F("position")
    )


class Migration(migrations.Migration):
    dependencies = [
        ("standards", "0028_scheme_texts"),
        ("tenders", "0039_second_language"),
    ]

    operations = [
        migrations.AddField(
            model_name="requirement", name="number", field=models.PositiveIntegerField(null=True)
        ),
        migrations.RunPython(stay, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="requirement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number__isnull", False)),
                fields=("lot", "number"),
                name="requirement_number_once_per_lot",
            ),
        ),
    ]
