"""`/verify/`: a number, a credential, a token or a paper, and one answer."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from certcentre.numbers import LONGEST, number_in
from certcentre.plain_text import verbatim
from certcentre.tables.rows import megabytes
from standards.registry.verify.checking import LARGEST, checked
from standards.registry.verify.records import CHECKED, record_of


class Held(forms.Form):
    """What somebody holds: pasted, or as a file."""

    credential = forms.CharField(
        label=_("Credential"),
        help_text=_("The whole text of the file, from the first bracket to the last; or a token."),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=format_lazy(
            _("The credential (JSON or token), or the PDF. At most {limit} MB. Drop it here, too."),
            limit=megabytes(LARGEST),
        ),
        required=False,
        allow_empty_file=True,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("credential") and not cleaned.get("file"):
            raise forms.ValidationError(gettext("Paste a credential, or choose a file."))
        return cleaned

    def content(self) -> bytes:
        """One byte more than is looked into, so that what is too large is seen to be."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file:
            return file.read(LARGEST + 1)
        text: str = self.cleaned_data["credential"]
        return text.encode()


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@verbatim
@cache_control(no_cache=True, max_age=0)  # a suspension shows at the next look
def verify(request: HttpRequest) -> HttpResponse:
    """Type a number and see what it stands for; or hand in a credential and see if it holds."""
    if request.method == "POST":
        return handed_in(request)
    typed = request.GET.get("number", "").strip()[:LONGEST]
    number = number_in(typed)
    if number and not number.startswith(tuple(CHECKED)):
        return redirect(f"{reverse('search')}?q={number}")  # a tender, or what is not public
    if record := record_of(number):
        return redirect(record)
    return shown(request, {"typed": typed, "number": number, "form": Held()})


def shown(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, which names every kind of number that it checks."""
    context["kinds"] = CHECKED
    return render(request, "registry/verify.html", context, status=status)


def handed_in(request: HttpRequest) -> HttpResponse:
    form = Held(request.POST, request.FILES)
    if not form.is_valid():
        return shown(request, {"form": form}, status=422)
    now = timezone.now()
    context = {"form": Held(), "verdict": checked(form.content(), at=now), "at": now}
    return shown(request, context)
