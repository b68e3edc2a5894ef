"""The admin shows every record of the domain and changes none: verbs alone do (rule R3)."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from standards import models


class ReadOnly(admin.ModelAdmin):
    """Looking is allowed; adding, changing and deleting are not."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


for name in models.__all__:
    admin.site.register(getattr(models, name), ReadOnly)
