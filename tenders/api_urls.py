"""The addresses of tenders under /api/v1/."""

from django.urls import path

from tenders import api

urlpatterns = [
    path("tenders/", api.Tenders.as_view(), name="api-tenders"),
    path("tenders/<number:reference>/", api.TenderDetail.as_view(), name="api-tender"),
]
