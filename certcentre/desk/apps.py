from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "certcentre.desk"
    label = "desk"
