"""What a body's decider does about its certificates."""

from functools import partial

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.forms import PublicReasonForm
from certcentre.step_page import Question, posted, step_page
from standards.attestation.certificates import Certificate
from standards.attestation.forms import NoteForm
from standards.attestation.overview import agrees

# the word in the address → its page and its form
STEPS: dict[str, tuple[Question, type[forms.Form]]] = {
    "suspend": (
        Question(
            _("Suspend this certificate"),
            _("Its criteria fall at once to the next statement in force. You can reinstate it."),
            _("Suspend"),
            _("Suspended."),
            destructive=True,
            verb="suspend",
            weighty=True,
        ),
        PublicReasonForm,
    ),
    "reinstate": (
        Question(
            _("Reinstate this certificate"),
            _(
                "What its suspension ended counts again, except where the provider or an auditor "
                "has said otherwise since."
            ),
            _("Reinstate"),
            _("Reinstated."),
            verb="reinstate",
            weighty=True,
        ),
        PublicReasonForm,
    ),
    "withdraw": (
        Question(
            _("Withdraw this certificate"),
            _("This cannot be undone. Number and page stay, and say that it is withdrawn."),
            _("Withdraw"),
            _("Withdrawn."),
            destructive=True,
            verb="withdraw",
            weighty=True,
        ),
        PublicReasonForm,
    ),
    "survey": (
        Question(
            _("Record surveillance"),
            _(
                "Say what you checked and that it still conforms. If it does not, suspend the "
                "certificate instead."
            ),
            _("Record"),
            _("Recorded. The next check is planned."),
            verb="record_surveillance",
        ),
        NoteForm,
    ),
}


def certificate_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Everybody sees a certificate; its body's deciders take the steps."""
    rows = Certificate.objects.with_parties().select_related("engagement__provider")
    certificate = get_object_or_404(rows, number=number)
    question, form = STEPS[step]
    back = certificate.get_absolute_url()
    return step_page(
        request,
        question,
        form(posted(request)),
        getattr(certificate, question.verb),
        back=back,
        trail=[(gettext("Verify"), reverse("verify")), (certificate.number, back)],
        of=certificate,
        vouched=partial(agrees, certificate),
    )
