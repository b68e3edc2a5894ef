"""What happens in a draw of certificates that are looked at again."""

from django.utils.translation import gettext_lazy as _

from certcentre.steps import Step, table
from standards.attestation.steps import CERTIFICATES, DECIDING, OF_RELEASE

DRAW_ANNOUNCED = Step(
    "draw.announced", _("Seed published"), public=_("Seed of the yearly draw published")
)
DRAWN = Step("draw.drawn", _("Drawn"), public=_("Certificates drawn to be looked at again"))
CERTIFICATE_DRAWN = Step(
    "certificate.drawn",
    _("Drawn to be looked at again"),
    public=_("Certificate or verification drawn to be looked at again"),
    told=(DECIDING, OF_RELEASE),
    matter=CERTIFICATES,
)

STEPS = table(globals())
