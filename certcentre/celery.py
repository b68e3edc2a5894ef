"""The Celery application. With no REDIS_URL it only names the tasks; jobs then run in a thread."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certcentre.settings")

app = Celery("certcentre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
