from django.urls import path

from standards.registry import views

urlpatterns = [
    path("solutions/", views.solutions, name="solutions"),
]
