"""Files of content in a folder of a test's own, to be changed and broken."""

import shutil

import pytest
import yaml

from standards.catalogue.content import CONTENT, BrokenContent
from standards.catalogue.loading import load

# how much ships: a number that changes here was meant to change
EDITIONS, CRITERIA, MAPPINGS, RULES = 57, 1678, 1061, 97
FACTS, NEEDS, PROFILES, SCHEMES = 37, 30, 3, 21


def small_folder(tmp_path):
    """Facts and one small edition of our own content, to be broken."""
    for name in ("std-access-anywhere.yaml", "facts.yaml"):
        shutil.copy(CONTENT / name, tmp_path)
    return tmp_path


def change(path, edit):
    data = yaml.safe_load(path.read_text())
    edit(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True))


def edit_first(**values):
    return lambda data: data["criteria"][0].update(values)


def reasons(folder, at):
    with pytest.raises(BrokenContent) as broken:
        load(folder, at=at)
    return str(broken.value)
