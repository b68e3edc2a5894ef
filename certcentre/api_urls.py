"""The addresses under /api/v1/: each slice brings its own, and the reference describes all."""

from django.urls import include, path

from certcentre import reference

urlpatterns = [
    path("", include("standards.catalogue.api_urls")),
    path("", include("standards.registry.api_urls")),
    path("", include("tenders.api_urls")),
    path("", include("certcentre.log.api_urls")),
    path("", reference.Root.as_view(), name="api-root"),
    path("openapi.json", reference.Openapi.as_view(), name="openapi"),
    path("docs/", reference.docs, name="api-docs"),
]
