"""The catalogue's addresses under /api/v1/."""

from django.urls import path

from standards.catalogue import api

urlpatterns = [
    path("standards/", api.Standards.as_view(), name="api-standards"),
    path("editions/", api.Editions.as_view(), name="api-editions"),
    path("editions/<str:key>/", api.EditionDetail.as_view(), name="api-edition"),
    path(
        "editions/<str:key>/export/<str:kind>/",
        api.EditionExport.as_view(),
        name="api-edition-export",
    ),
    path("criteria/", api.Criteria.as_view(), name="api-criteria"),
    path("criteria/<str:key>/", api.CriterionDetail.as_view(), name="api-criterion"),
    path("applies/", api.Applies.as_view(), name="api-applies"),
]
