"""How people sign in, prove that it is them, and stay signed in."""

from urllib.parse import urlsplit

from certcentre.settings.ground import BASE_URL, DEMO, env
from certcentre.settings.providers import PROVIDERS

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "certcentre.accounts.passwords.HardToGuess"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "work"
ACCOUNT_ADAPTER = "certcentre.accounts.adapter.Accounts"
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("REAUTHENTICATION_TIMEOUT", default=0 if DEMO else 900)
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "certcentre.accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "certcentre.accounts.sign_in.Login",
    "signup": "certcentre.accounts.sign_in.Signup",
    "add_email": "certcentre.accounts.sign_in.AddEmail",
    "change_password": "certcentre.accounts.sign_in.ChangePassword",
    "set_password": "certcentre.accounts.sign_in.SetPassword",
    "reset_password": "certcentre.accounts.sign_in.ResetPassword",
    "reset_password_from_key": "certcentre.accounts.sign_in.ResetPasswordKey",
    "reauthenticate": "certcentre.accounts.sign_in.Reauthenticate",
}
MFA_ROLES = env.list("MFA_ROLES", default=[] if DEMO else ["officer", "decider", "signatory"])
MFA_ADAPTER = "certcentre.accounts.factors.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off
MFA_FORMS = {
    "authenticate": "certcentre.accounts.sign_in.Code",
    "reauthenticate": "certcentre.accounts.sign_in.CodeAgain",
    "authenticate_webauthn": "certcentre.accounts.sign_in.Passkey",
    "login_webauthn": "certcentre.accounts.sign_in.PasskeyAlone",
    "reauthenticate_webauthn": "certcentre.accounts.sign_in.PasskeyAgain",
    "activate_totp": "certcentre.accounts.sign_in.FirstCode",
    "add_webauthn": "certcentre.accounts.sign_in.AddPasskey",
    "edit_webauthn": "certcentre.accounts.sign_in.NamePasskey",
}
SOCIALACCOUNT_PROVIDERS = PROVIDERS
SOCIALACCOUNT_ADAPTER = "certcentre.accounts.sign_on.SignOn"
SOCIALACCOUNT_FORMS = {"disconnect": "certcentre.accounts.sign_on.Part"}
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"  # what is not confirmed is not taken
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_EMAIL_VERIFICATION = "optional" if DEMO else "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(BASE_URL).scheme

SESSION_IDLE = env.int("SESSION_IDLE", default=24 * 3600)
SESSION_MAX = env.int("SESSION_MAX", default=14 * 24 * 3600)
NEVER = 400 * 24 * 3600  # no browser keeps a cookie for longer
SESSION_COOKIE_AGE = SESSION_MAX or NEVER
