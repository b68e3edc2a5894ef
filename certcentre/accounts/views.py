"""What people do about themselves."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from certcentre.accounts.models import User


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language of the pages, and of the mails to whoever is signed in."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    return set_language(request)
