"""compose.yaml without an engine, and its database script with a real PostgreSQL."""

import os
import re
import shutil
import subprocess

import pytest
import yaml
from django.conf import settings

from certcentre.tables.rows import MEGABYTE
from tenders.bids.forms import LARGEST_GO
from tests.source import ROOT

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat")


@pytest.mark.parametrize("name", SERVICES)
def test_each_has_a_check_and_waits_until_what_it_needs_is_well(name):
    waits = SERVICES[name].get("depends_on", {})
    assert SERVICES[name]["healthcheck"]["test"]
    assert all(each == {"condition": "service_healthy"} for each in waits.values())


def test_nobody_works_before_web_has_brought_the_tables_up_to_date():
    assert "manage.py migrate && " in DOCKERFILE.split("CMD")[-1]
    assert {"database", "broker"} == SERVICES["web"]["depends_on"].keys()
    for name in ("worker", "beat"):
        assert {"database", "broker", "web"} == SERVICES[name]["depends_on"].keys()


@pytest.mark.parametrize("name", SERVICES)
def test_each_has_least_rights_and_a_limit(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["pids_limit"] <= 300
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])


@pytest.mark.parametrize("name", [name for name in SERVICES if name not in OURS])
def test_images_are_pinned_to_a_release(name):
    assert re.fullmatch(r"[a-z]+:\d+\.\d+(?:\.\d+)?", SERVICES[name]["image"])


def test_the_database_needs_no_root_and_writes_to_its_volume_alone():
    """Its image begins as root to give its folder to this user, for which it would need rights."""
    service = SERVICES["database"]
    assert service["user"] == "postgres"
    assert set(service["tmpfs"]) == {"/tmp", "/var/run/postgresql"}  # noqa: S108 (a container's)
    assert "database:/var/lib/postgresql/data" in service["volumes"]


def test_only_the_proxy_can_be_reached():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert SERVICES["web"]["environment"]["TRUSTED_PROXIES"] == "1"


@pytest.mark.parametrize("name", OURS)
def test_nothing_starts_before_what_must_be_said_is_said(name):
    environment = SERVICES[name]["environment"]
    for secret in ("SECRET_KEY", "EMAIL_URL", "BASE_URL", "DATABASE_URL"):
        assert ":?" in environment[secret]
    assert "portal:${PORTAL_PASSWORD" in environment["DATABASE_URL"]  # not the superuser


def test_every_file_it_names_is_there():
    mounted = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if volume.startswith("./")
    ]
    assert len(mounted) == 2
    assert all((ROOT / path).exists() for path in mounted)


def test_the_proxy_takes_no_less_than_the_portal_does():
    words = (ROOT / ".compose/Caddyfile").read_text()
    most = max(settings.EVIDENCE_MAX_BYTES, LARGEST_GO)
    assert int(re.search(r"max_size (\d+)MB", words)[1]) * 10**6 > most + MEGABYTE
    assert "read_body 60s" in words


def test_the_image_holds_every_extra():
    locks = {path.name for path in ROOT.glob("requirements-*.txt")} - {"requirements-dev.txt"}
    assert len(locks) == 4
    for words in ("COPY", "RUN pip"):
        (line,) = re.findall(rf"^{words} (?:.*\\\n)*.*$", DOCKERFILE, flags=re.M)[:1]
        assert set(re.findall(r"requirements-\w+\.txt", line)) == locks


def test_the_image_runs_as_an_ordinary_user():
    lines = DOCKERFILE.splitlines()
    assert "USER portal" in lines
    assert any("--require-hashes" in line for line in lines)


@pytest.mark.services
def test_the_portal_is_an_ordinary_user_of_its_database(tmp_path):
    """The script on a real PostgreSQL, with the names made its own for this test."""
    script = (ROOT / ".compose/database.sh").read_text()
    own = script.replace("portal", "composed").replace("--username postgres", "")
    psql = ["psql", "-h", "127.0.0.1", "-U", "root", "-d", "postgres", "-qAtX"]

    def ask(sql, *more):
        return subprocess.run([*psql, *more, "-c", sql], capture_output=True, text=True, check=True)

    drop = ("DROP DATABASE IF EXISTS composed", "DROP ROLE IF EXISTS composed")
    for sql in (*drop, "CREATE DATABASE composed"):
        ask(sql)
    (tmp_path / "database.sh").write_text(own)
    about = {"PORTAL_PASSWORD": "it's a secret", "PGHOST": "127.0.0.1", "PGUSER": "root"}
    try:
        subprocess.run(
            [shutil.which("sh"), tmp_path / "database.sh"],
            env={**os.environ, **about, "COMPOSED_PASSWORD": "x", "PGDATABASE": "postgres"},
            check=True,
            capture_output=True,
        )
        rights = ask(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname='composed'"
        )
        assert rights.stdout.strip() == "f|f|f"
        owner = ask("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname='composed'")
        assert owner.stdout.strip() == "composed"
    finally:
        for sql in drop:
            ask(sql)
