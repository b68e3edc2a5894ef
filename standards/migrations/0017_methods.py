from django.db import migrations, models
from django.db.models import Case, Value, When


def one_method(apps, schema_editor):
    """Going back: of several methods the one that the version before knew."""
    criteria = apps.get_model("standards", "Criterion").objects.all()
    criteria.exclude(verification__in=["", "document", "test"]).update(
        verification=Case(
            When(verification__contains="test", then=Value("test")),
            When(verification__contains="document", then=Value("document")),
            default=Value(""),
        )
    )


class Migration(migrations.Migration):
    dependencies = [("standards", "0016_revision")]

    operations = [
        migrations.AlterField(
            model_name="criterion",
            name="verification",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.RunPython(migrations.RunPython.noop, one_method),
    ]
