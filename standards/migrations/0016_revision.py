from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("standards", "0015_evidence_shared")]

    operations = [
        migrations.AddField(
            model_name="edition",
            name="revision",
            field=models.PositiveSmallIntegerField(default=1),
        ),
    ]
