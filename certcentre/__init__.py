"""The project: what every slice rests on."""

from certcentre.celery import app as celery_app

__all__ = ["celery_app"]
