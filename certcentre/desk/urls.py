from django.urls import path

from certcentre.desk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("work/", views.work, name="work"),
    path("healthz", views.healthz, name="healthz"),
]
