from django.db import migrations


def name_buyers(apps, schema_editor):
    """What a buyer asked for is the buyer's; what everybody may take stays nobody's."""
    Job, Tender = apps.get_model("jobs", "Job"), apps.get_model("tenders", "Tender")
    public = apps.get_model("tenders", "Download").objects.values("job")
    for job in Job.objects.filter(kind="tenders.export", organisation=None).exclude(pk__in=public):
        buyers = Tender.objects.filter(pk=job.asked.get("tender")).values_list("buyer", flat=True)
        Job.objects.filter(pk=job.pk).update(organisation=buyers.first())


class Migration(migrations.Migration):
    dependencies = [("tenders", "0006_formats_by_table"), ("jobs", "0002_for_whom")]

    operations = [migrations.RunPython(name_buyers, migrations.RunPython.noop)]
