"""The register's addresses under /api/v1/."""

from django.urls import path

from standards.registry import api

urlpatterns = [
    path("solutions/", api.Solutions.as_view(), name="api-solutions"),
    path("solutions/<uuid:pk>/", api.SolutionDetail.as_view(), name="api-solution"),
    path("certificates/", api.Certificates.as_view(), name="api-certificates"),
    path("certificates/<number:number>/", api.CertificateDetail.as_view(), name="api-certificate"),
    path("accreditations/", api.Accreditations.as_view(), name="api-accreditations"),
    path("match/", api.Match.as_view(), name="api-match"),
    path("verify/", api.Verify.as_view(), name="api-verify"),
]
