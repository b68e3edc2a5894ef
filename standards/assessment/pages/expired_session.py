"""What somebody typed whose session had ended: kept until they have signed in again.

A page without script sends everything at once. Sent without a session it would be lost on the way
to the sign-in page; so it waits in the new session, which signing in carries on, and stands on the
page again, not saved yet.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

KEY = "typed"
MOST = 200_000  # characters; a page of a hundred long answers

View = Callable[..., HttpResponseBase]


def keeps_what_was_typed(view: View) -> View:
    """Instead of the plain redirect to sign in, which drops what was sent."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST" and not request.headers.get("X-Autosave"):
            sent = answers_in(request.POST).urlencode()
            if 0 < len(sent) <= MOST:
                request.session[KEY] = [request.path, sent]
        return redirect_to_login(request.get_full_path())

    return login_not_required(kept)


def answers_in(sent: QueryDict) -> QueryDict:
    """The fields of answers (`v12`, `r12`, `n12`, `s12`), no files, tokens or buttons."""
    query_dict = QueryDict(mutable=True)
    for name, text in sent.items():
        if name[:1] in set("vrns") and name[1:].isdecimal():
            query_dict[name] = str(text)
    return query_dict


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was typed on this very page before signing in; asked once, then forgotten."""
    path, sent = request.session.get(KEY, ["", ""])
    if path != request.path:
        return None
    del request.session[KEY]
    return QueryDict(sent)
