"""Keys as long as those of criteria. In SQLite a length is no limit, and the table with its words
need not be made anew."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def widen(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_indexentry ALTER COLUMN key TYPE varchar(141)")


class Migration(migrations.Migration):
    dependencies = [("search", "0002_turn")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(widen, migrations.RunPython.noop)],
            state_operations=[
                migrations.AlterField("indexentry", "key", models.CharField(max_length=141))
            ],
        )
    ]
