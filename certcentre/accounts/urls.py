from django.urls import path

from certcentre.accounts import closing, judging, views

urlpatterns = [
    path("i18n/setlang/", views.language, name="set_language"),
    path("people/close/", closing.account_close, name="account-close"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.organisation_new, name="organisation-new"),
    path("organisations/<uuid:pk>/", views.organisation, name="organisation"),
    path(
        "organisations/<uuid:pk>/details/", views.organisation_details, name="organisation-details"
    ),
    path("organisations/<uuid:pk>/invite/", views.invite, name="invite"),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/withdraw/",
        views.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path("invitations/<str:token>/", views.invitation_accept, name="invitation-accept"),
    path(
        "organisations/<uuid:pk>/members/<int:membership>/end/",
        views.membership_end,
        name="membership-end",
    ),
    path("organisations/<uuid:pk>/interests/new/", views.interest_declare, name="interest-declare"),
    *[
        path(f"organisations/<uuid:pk>/{verb}/", page, name=f"organisation-{verb}")
        for verb, page in judging.PAGES.items()
    ],
]
