from django.urls import path

from certcentre.desk import affected, appearance, gallery, health, help, home, searching, views

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", searching.search, name="search"),
    path("work/", views.work, name="work"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("help/", help.index, name="help"),
    path("help/<slug:slug>/", help.page, name="help-page"),
    path("theme/", appearance.theme, name="theme"),
    path(
        "catalogue/editions/<str:key>/affected/",
        affected.catalogue_affected,
        name="catalogue-affected",
    ),
    path("components/", gallery.components, name="components"),
]
