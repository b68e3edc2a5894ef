from django.urls import path

from certcentre.desk import appearance, gallery, health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("work/", views.work, name="work"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("theme/", appearance.theme, name="theme"),
    path("components/", gallery.components, name="components"),
]
