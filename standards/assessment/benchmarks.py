"""Rows of `manage.py benchmark`."""

from certcentre.measuring import Row

ROWS: list[Row] = []
