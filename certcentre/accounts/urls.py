from django.urls import path

from certcentre.accounts import views

urlpatterns = [
    path("i18n/setlang/", views.language, name="set_language"),
]
