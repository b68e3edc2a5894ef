"""The catalogue's public addresses."""

from django.urls import path

from standards.catalogue import exports, views
from standards.catalogue.office_urls import urlpatterns as office
from standards.catalogue.pages import applies

urlpatterns = [
    path("standards/", views.standards, name="standards"),
    path("standards/<str:key>/", views.edition, name="edition"),
    path("standards/<str:key>/criteria.csv", views.edition_csv, name="edition-csv"),
    path(
        "standards/<str:key>/since/<str:other>/",
        views.edition_difference,
        name="edition-difference",
    ),
    path("standards/<str:key>/export/<str:format>/", exports.edition_export, name="edition-export"),
    path("standards/<str:key>/<str:ref>/", views.criterion, name="criterion"),
    path("needs/", views.needs, name="needs"),
    path("needs/<str:key>/", views.need, name="need"),
    path("applies/", applies.applies, name="applies"),
    *office,
]
