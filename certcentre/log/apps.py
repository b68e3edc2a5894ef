from django.apps import AppConfig


class LogConfig(AppConfig):
    name = "certcentre.log"
    label = "log"
