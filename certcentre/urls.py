"""Every address of the portal. One word runs through address, view, template and test."""

from django.urls import include, path, register_converter

from certcentre.numbers import NumberConverter

register_converter(NumberConverter, "number")

handler400 = "certcentre.errors.not_understood"
handler403 = "certcentre.errors.not_allowed"
handler404 = "certcentre.errors.not_found"
handler429 = "certcentre.desk.appearance.too_many"
handler500 = "certcentre.errors.our_mistake"
urlpatterns = [
    path("", include("certcentre.desk.urls")),
    path("", include("standards.urls")),
    path("", include("tenders.urls")),
    path("", include("certcentre.accounts.urls")),
    path("", include("certcentre.jobs.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/elsewhere/", include("allauth.socialaccount.urls")),
    path("accounts/second-step/", include("allauth.mfa.urls")),
    path("api/v1/", include("certcentre.api_urls")),
]
