"""The register's pages."""

from django.urls import path

from standards.registry import certificates, views

urlpatterns = [
    path("solutions/", views.solutions, name="solutions"),
    path("solutions/compare/", views.compare, name="compare"),
    path("solutions/<uuid:pk>/", views.solution, name="solution"),
    path("solutions/<uuid:pk>.jsonld", views.solution_linked, name="solution-linked"),
    path("certificates/<str:number>/", certificates.certificate, name="certificate"),
    path("verify/", certificates.verify, name="verify"),
]
