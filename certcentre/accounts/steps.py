"""What can happen to organisations, their people and accounts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from certcentre.accounts.people import Role
from certcentre.steps import INVITED, OFFICERS, Audience, Matter, Step, Words, about, table

ORGANISATIONS = Matter("organisations", _("Organisations and their people"))
OF_BODY = about(body="pk")  # where it is one that is accredited
MANAGERS = Audience((Role.MANAGER,), where=lambda organisation: {"pk": organisation.pk})
PEOPLE = Audience(where=lambda organisation: {"pk": organisation.pk})


def with_role(words: Words) -> Any:
    """The words, and the role that the entry is about."""

    def said(detail: dict[str, Any]) -> str:
        role = detail.get("role", "")
        return f"{words}: {Role(role).label}" if role in Role.values else str(words)

    return said


def of_details(detail: dict[str, Any]) -> Words:
    """That details changed, and what became of the wish for two people."""
    return {
        True: _("details changed: a second person publishes tenders"),
        False: _("details changed: one person may write and publish a tender"),
        None: _("details changed"),
    }[detail.get("two_people")]


def of_name(detail: dict[str, Any]) -> Words:
    """Which name it bore before."""
    return _("renamed; called %(name)s before") % {"name": detail.get("before", "")}


def of_asked(words: Words) -> Any:
    """The words, and the name that was asked for."""
    return lambda detail: f"{words}: {detail.get('asked', '')}"


ORGANISATION_REGISTERED = Step(
    "organisation.registered", _("registered"), told=(OFFICERS,), matter=ORGANISATIONS
)
ORGANISATION_VERIFIED = Step(
    "organisation.verified",
    _("verified by the centre"),
    public=_("Organisation verified"),
    followed=OF_BODY,
    told=(MANAGERS,),
    matter=ORGANISATIONS,
)
ORGANISATION_REFUSED = Step(
    "organisation.refused",
    _("verification refused"),
    public=_("Organisation refused"),
    told=(MANAGERS,),
    matter=ORGANISATIONS,
)
ORGANISATION_SUSPENDED = Step(
    "organisation.suspended",
    _("suspended by the centre"),
    public=_("Organisation suspended"),
    followed=OF_BODY,
    told=(PEOPLE,),
    matter=ORGANISATIONS,
)
ORGANISATION_CORRECTED = Step(
    "organisation.corrected",
    _("corrected by the centre"),
    public=_("Organisation’s verified details corrected"),
    followed=OF_BODY,
    told=(MANAGERS,),
    matter=ORGANISATIONS,
)
ORGANISATION_RENAMED = Step(
    "organisation.renamed",
    _("renamed"),
    public=_("Organisation renamed"),
    followed=OF_BODY,
    told=(PEOPLE,),
    matter=ORGANISATIONS,
    with_detail=of_name,
)
ORGANISATION_NAME_ASKED = Step(
    "organisation.name_asked",
    _("a new name asked for"),
    told=(OFFICERS,),
    matter=ORGANISATIONS,
    with_detail=of_asked(_("a new name asked for")),
)
ORGANISATION_NAME_TAKEN_BACK = Step(
    "organisation.name_taken_back",
    _("a new name no longer asked for"),
    with_detail=of_asked(_("a new name no longer asked for")),
)
ORGANISATION_NAME_DECLINED = Step(
    "organisation.name_declined",
    _("a new name not entered by the centre"),
    told=(MANAGERS,),
    matter=ORGANISATIONS,
    with_detail=of_asked(_("a new name not entered by the centre")),
)
ORGANISATION_CLOSED = Step(
    "organisation.closed", _("closed"), public=_("Organisation closed"), followed=OF_BODY
)
ORGANISATION_DETAILS_CHANGED = Step(
    "organisation.details_changed", _("details changed"), with_detail=of_details
)
ORGANISATION_SIGN_ON_SET = Step(
    "organisation.sign_on_set",
    _("its own sign-in set"),
    told=(MANAGERS,),
    urgent=True,
    matter=ORGANISATIONS,
)
ORGANISATION_SIGN_ON_REMOVED = Step(
    "organisation.sign_on_removed",
    _("its own sign-in taken away"),
    told=(MANAGERS,),
    urgent=True,
    matter=ORGANISATIONS,
)
ORGANISATION_SIGN_ON_CONFIRMED = Step(
    "organisation.sign_on_confirmed",
    _("the domains of its own sign-in confirmed by the centre"),
    told=(MANAGERS,),
    matter=ORGANISATIONS,
)
ORGANISATION_SIGN_ON_DECLINED = Step(
    "organisation.sign_on_declined",
    _("the domains of its own sign-in not confirmed by the centre"),
    told=(MANAGERS,),
    matter=ORGANISATIONS,
)
MEMBERSHIP_GRANTED = Step(
    "membership.granted", _("a role given"), with_detail=with_role(_("a role given"))
)
MEMBERSHIP_ENDED = Step(
    "membership.ended", _("a role ended"), with_detail=with_role(_("a role ended"))
)
INVITATION_SENT = Step(
    "invitation.sent", _("an invitation sent"), told=(INVITED,), matter=ORGANISATIONS
)
INVITATION_ACCEPTED = Step("invitation.accepted", _("an invitation accepted"))
INVITATION_WITHDRAWN = Step("invitation.withdrawn", _("an invitation withdrawn"))
INVITATION_DECLINED = Step("invitation.declined", _("an invitation declined"))
INTEREST_DECLARED = Step("interest.declared", _("an interest declared"))
BACKUP_TAKEN = Step("backup.taken", _("a backup of the whole portal taken and read back"))
ACCOUNT_CLOSED = Step("account.closed", _("the account closed"))

STEPS = table(globals())
