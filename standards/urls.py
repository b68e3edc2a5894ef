"""The addresses of the four slices."""

from django.urls import include, path

urlpatterns = [
    path("", include("standards.catalogue.urls")),
    path("", include("standards.assessment.urls")),
    path("", include("standards.attestation.urls")),
    path("", include("standards.registry.urls")),
]
