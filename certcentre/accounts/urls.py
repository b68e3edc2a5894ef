from django.apps import apps
from django.urls import include, path

from certcentre.accounts import openid
from certcentre.accounts.pages import (
    account,
    identity_providers,
    invitations,
    organisations,
    second_step,
)

urlpatterns = [
    path("accounts/email/", account.Addresses.as_view(), name="account_email"),
    path("accounts/oidc/<str:provider_id>/login/", openid.login, name="openid_connect_login"),
    path(
        "accounts/oidc/<str:provider_id>/login/callback/",
        openid.callback,
        name="openid_connect_callback",
    ),
    *(
        [path("accounts/saml/<str:organization_slug>/", include("certcentre.accounts.saml"))]
        if apps.is_installed("allauth.socialaccount.providers.saml")
        else []
    ),
    path("accounts/second-step/totp/activate/", second_step.activate, name="mfa_activate_totp"),
    path("i18n/setlang/", account.language, name="set_language"),
    path("people/account/", account.account_home, name="account-home"),
    path("people/sessions/", account.account_sessions, name="account-sessions"),
    path("people/account.json", account.account_file, name="account-file"),
    path("people/close/", account.account_close, name="account-close"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.organisation_new, name="organisation-new"),
    path("organisations/<uuid:pk>/", organisations.organisation, name="organisation"),
    path(
        "organisations/<uuid:pk>/details/",
        organisations.details,
        name="organisation-details",
    ),
    path("organisations/<uuid:pk>/invite/", organisations.invite, name="invite"),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/withdraw/",
        invitations.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path(
        "people/sign-in/organisation/",
        identity_providers.sign_on_organisation,
        name="sign-on-organisation",
    ),
    path(
        "organisations/<uuid:pk>/sign-in/",
        identity_providers.identity_provider,
        name="identity-provider",
    ),
    path(
        "organisations/<uuid:pk>/sign-in/test/",
        identity_providers.identity_provider_test,
        name="identity-provider-test",
    ),
    *[
        path(
            f"organisations/<uuid:pk>/sign-in/{verb}/",
            identity_providers.identity_provider_step,
            {"verb": verb},
            name=f"identity-provider-{verb}",
        )
        for verb in identity_providers.STEP_PAGES
    ],
    path("invitations/<str:token>/", invitations.invitation_accept, name="invitation-accept"),
    path(
        "organisations/<uuid:pk>/members/<int:membership>/end/",
        organisations.membership_end,
        name="membership-end",
    ),
    path(
        "organisations/<uuid:pk>/interests/new/",
        organisations.declare_interest,
        name="interest-declare",
    ),
    *[
        path(
            f"organisations/<uuid:pk>/{verb}/",
            organisations.organisation_step,
            {"verb": verb},
            name=f"organisation-{verb}",
        )
        for verb in organisations.STEP_PAGES
    ],
    *[
        path(
            f"organisations/<uuid:pk>/name/{verb}/",
            organisations.new_name_step,
            {"verb": verb},
            name=f"new-name-{verb}",
        )
        for verb in organisations.NAME_PAGES
    ],
]
