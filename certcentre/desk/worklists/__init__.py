"""What waits for whom: one list for each role, each one statement however long it is."""

from certcentre.desk.worklists.assembling import Work, waiting_for

__all__ = ["Work", "waiting_for"]
