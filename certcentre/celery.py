"""The Celery application. With no REDIS_URL it only names the tasks; jobs then run in a thread."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certcentre.settings")

app = Celery("certcentre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = {  # a message that waited longer than its turn is dropped
    "publish": {"task": "jobs.publish", "schedule": 1.0, "options": {"expires": 1.0}},
    "tick": {"task": "desk.tick", "schedule": 5.0, "options": {"expires": 5.0}},
}
app.autodiscover_tasks()
