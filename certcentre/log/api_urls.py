"""The log's addresses under /api/v1/."""

from django.urls import path

from certcentre.log import api

urlpatterns = [
    path("log/", api.Entries.as_view(), name="api-log"),
    path("log/inclusion/", api.Inclusion.as_view(), name="api-log-inclusion"),
    path("log/consistency/", api.Consistency.as_view(), name="api-log-consistency"),
]
