"""The files of the portal as text and as syntax trees, each read once."""

import ast
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CODE = [
    ROOT / "manage.py",
    *(
        path
        for top in ("certcentre", "standards", "tenders")
        for path in sorted((ROOT / top).rglob("*.py"))
        if "migrations" not in path.parts
    ),
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted(
    path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt")
)
PAGES = [path for path in TEMPLATES if path.suffix == ".html"]


@cache
def source(path: Path) -> str:
    return path.read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(source(path), filename=str(path))


def name(path: Path) -> str:
    """How people call the file: its path in the repository."""
    return str(path.relative_to(ROOT))
