"""What can happen to tenders and shortlists."""

from django.utils.translation import gettext_lazy as _

from certcentre.steps import Step, table

TENDER_STARTED = Step("tender.started", _("begun"))
TENDER_DISCARDED = Step("tender.discarded", _("thrown away as a draft"))
TENDER_PUBLISHED = Step("tender.published", _("published"), public=_("Tender published"))
TENDER_REPLACED = Step(
    "tender.replaced",
    _("replaced by a newer version"),
    public=_("Tender replaced by a newer version"),
)
TENDER_AWARDED = Step("tender.awarded", _("awarded"), public=_("Tender awarded"))
TENDER_CANCELLED = Step("tender.cancelled", _("cancelled"), public=_("Tender cancelled"))
SHORTLIST_SAVED = Step("shortlist.saved", _("a shortlist kept"))

STEPS = table(globals())
