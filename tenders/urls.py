"""The addresses of tenders."""

from django.urls import path

from tenders import views

urlpatterns = [
    path("tenders/", views.tenders, name="tenders"),
    path("tenders/<str:reference>/", views.tender, name="tender"),
]
