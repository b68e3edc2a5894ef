from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "certcentre.jobs"
    label = "jobs"
