from django.urls import path

from certcentre.desk import appearance, gallery, views

urlpatterns = [
    path("", views.home, name="home"),
    path("work/", views.work, name="work"),
    path("healthz", views.healthz, name="healthz"),
    path("theme/", appearance.theme, name="theme"),
    path("components/", gallery.components, name="components"),
]
