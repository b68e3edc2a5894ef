"""A portal on a database of its own: its records made, its tables taken one version back, and
forward again. Each function is one process, as it would be on an operator's machine."""

import json
import shutil
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from certcentre.desk.kept_rows import as_json, columns, kept_tables
from certcentre.log.models import LogEntry
from standards.assessment.evidence import EvidenceUse
from tests import make

# the apps of this repository, whichever INSTALLED_APPS names
OURS = {
    app.label: Path(app.path)
    for app in apps.get_app_configs()
    if Path(app.path).is_relative_to(settings.BASE_DIR) and "site-packages" not in app.path
}


def with_two():
    """Those that have more than one migration, by the files."""
    return sorted(
        app for app, path in OURS.items() if len([*(path / "migrations").glob("[0-9]*.py")]) > 1
    )


def say(value):
    sys.stdout.write(json.dumps(value) + "\n")


def build():
    """A certificate and all that leads to it, evidence, a tender, a case, a file that was made; in
    order with the log, which is signed."""
    certificate = make.certificate()
    make.proven(make.organisation("provider"))
    make.tender(status="published")
    make.case(status="acknowledged")
    make.job(done=True)
    make.logged_editions()
    call_command("tick")
    say({"number": certificate.number})


def no_places():
    """What came with the tree: entries had no place before, and nothing was signed."""
    LogEntry.objects.update(leaf_index=None)
    shutil.rmtree(Path(settings.DATA_DIR) / "log")


# what the version before a migration did not have yet, beside the tables
NOT_YET = {("log", "0002_tree"): no_places}


def undone(graph):
    """The newest migration of each app that has two, and whatever of others rests on one."""
    newest = [node for node in graph.leaf_nodes() if node[0] in with_two()]
    return {each for node in newest for each in graph.backwards_plan(node)}


def go_back(to):
    """At least one step back in every app that has two; writes what the tables of that version
    hold."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    gone = undone(graph)
    for node in gone & NOT_YET.keys():
        NOT_YET[node]()
    left = sorted(node for node in graph.nodes if node[0] in OURS and node not in gone)
    targets = list(dict(left).items())  # the last that is left of each
    executor.migrate([node for node in targets if node[0] in with_two()])
    state = MigrationExecutor(connection).loader.project_state(targets).apps
    models = [each for each in state.get_models(include_auto_created=True) if is_ours(each)]
    Path(to).write_text(json.dumps({each._meta.label_lower: held(each) for each in models}))
    say(sorted({app for app, _name in gone}))


def is_ours(model):
    return model._meta.app_label in OURS and model._meta.managed


def held(model, names=()):
    """The columns of a table, and its rows in the order of keys."""
    names = list(names) or columns(model)
    rows = model._base_manager.order_by("pk").values_list(*names)
    return {"columns": names, "rows": json.loads(json.dumps(list(rows), default=as_json))}


def compare(before):
    """Says what of the version before is not there any more."""
    say(lost(json.loads(Path(before).read_text())))


def lost(before):
    """A sentence for each table that has other rows now, in the columns that it had then."""
    now = kept_tables()
    return [
        f"{label}: {len(table['rows'])} rows then"
        for label, table in ((label, without(label, table)) for label, table in before.items())
        if label not in now or held(now[label], table["columns"])["rows"] != table["rows"]
    ]


# columns that were given up: what they held is made from others
GIVEN_UP = {("standards.solution", "search_text")}


def without(label, table):
    """The table as it was held, but for columns that were given up."""
    kept = [n for n, name in enumerate(table["columns"]) if (label, name) not in GIVEN_UP]
    rows = [[row[n] for n in kept] for row in table["rows"]]
    return {"columns": [table["columns"][n] for n in kept], "rows": rows}


def look(number):
    """What visitors are answered."""
    client = Client(SERVER_NAME="127.0.0.1")
    places = ("/", "/solutions/", "/standards/", "/tenders/", "/log/", "/api/v1/solutions/")
    answers = {place: client.get(place).status_code for place in places}
    valid = client.get("/verify/", {"number": number}, follow=True)
    say({"answers": answers, "valid": "Valid today" in valid.text})


def spoil():
    """Somebody's words are gone."""
    say(EvidenceUse.objects.all().delete()[0])


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
