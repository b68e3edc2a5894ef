"""What a body's decider does about its certificates."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certcentre.accounts.forms import PublicReasonForm
from certcentre.accounts.models import Role
from certcentre.accounts.views import person, sent
from certcentre.asking import Question, ask
from standards.attestation.certificates import Certificate
from standards.attestation.forms import NoteForm

# step → its page, its form, its verb
STEPS: dict[str, tuple[Question, type[forms.Form], str]] = {
    "suspend": (
        Question(
            _("Suspend this certificate"),
            _("Its criteria fall at once to the next statement in force. You can reinstate it."),
            _("Suspend"),
            _("Suspended."),
            destructive=True,
            to="suspended",
        ),
        PublicReasonForm,
        "suspend",
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
            to="valid",
        ),
        PublicReasonForm,
        "reinstate",
    ),
    "withdraw": (
        Question(
            _("Withdraw this certificate"),
            _("This cannot be undone. Number and page stay, and say that it is withdrawn."),
            _("Withdraw"),
            _("Withdrawn."),
            destructive=True,
            to="withdrawn",
        ),
        PublicReasonForm,
        "withdraw",
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
        ),
        NoteForm,
        "record_surveillance",
    ),
}


def certificate_step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Everybody sees a certificate; its body's deciders take the steps."""
    found = get_object_or_404(
        Certificate.objects.with_parties().select_related("engagement__provider"), number=number
    )
    if not person(request).acts_for(found.body, Role.DECIDER):
        raise PermissionDenied
    question, form, verb = STEPS[step]
    back = found.get_absolute_url()
    trail = [(gettext("Verify"), reverse("verify")), (found.number, back)]
    take = getattr(found, verb)
    return ask(request, question, form(sent(request)), take, back=back, trail=trail, of=found)
