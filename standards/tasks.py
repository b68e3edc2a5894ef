"""Celery tasks of the domain: each takes an id or nothing and calls one verb."""
