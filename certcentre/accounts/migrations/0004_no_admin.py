from django.db import migrations


class Migration(migrations.Migration):
    """The admin site is gone; its own log of changes, empty on every portal, goes with it."""

    dependencies = [("accounts", "0003_organisation_by_status")]

    operations = [
        migrations.RunSQL("DROP TABLE IF EXISTS django_admin_log", migrations.RunSQL.noop)
    ]
