"""Builders: `make.organisation("provider")`. Each gives a saved record made by the real verbs."""

from tests.make.accounts import centre, member, organisation, user
from tests.make.jobs import job
from tests.make.world import world

__all__ = ["centre", "job", "member", "organisation", "user", "world"]
