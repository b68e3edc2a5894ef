"""What a provider reads beside each criterion of a first listing: what to do, and an example."""

import pytest
import yaml

from standards.catalogue.content import CONTENT, collect

STARTER = yaml.safe_load((CONTENT / "profiles.yaml").read_text())["profiles"][0]["criteria"]
WHOLE = ("child-safety-ethics", "access-anywhere", "pqa-core")


def guidance():
    return {
        f"{key}:{item.ref}": item.guidance
        for key, placed in collect(CONTENT).of("edition").items()
        for item in placed.record.items
    }


def test_each_criterion_of_the_starter_profile_says_what_to_do_with_an_example():
    told = guidance()
    assert len(STARTER) == 53
    assert [key for key in STARTER if "Example:" not in told[key]] == []


@pytest.mark.parametrize("edition", WHOLE)
def test_and_each_of_the_editions_of_our_own(edition):
    lacking = [k for k, words in guidance().items() if k.startswith(f"{edition}:") and not words]
    assert lacking == []
