"""What a notice says beside its requirements: how it is bought, who answers, how to bid."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenders.amounts import CODE, DIGITS, PLACES

# what a bid is signed with, here and on paper
SIGNED = _("I sign for the bidder. What stands in this bid is right today.")


class Terms(models.Model):
    """The terms of a call. What is left empty is not said; a law may demand that it is."""

    class Method(models.TextChoices):
        OPEN = "open", _("Open: everybody may bid")
        SELECTIVE = "selective", _("Selective: those who qualify may bid")
        LIMITED = "limited", _("Limited: those who are asked may bid")
        DIRECT = "direct", _("Direct: one supplier is asked")

    class Category(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICES = "services", _("Services")
        WORKS = "works", _("Works")

    class Scheme(models.TextChoices):
        CPV = "CPV", _("CPV (Common Procurement Vocabulary)")
        UNSPSC = "UNSPSC", _("UNSPSC (United Nations products and services code)")

    class How(models.TextChoices):
        HERE = "here", _("Here, in this portal")
        ONLINE = "online", _("Online, at an address elsewhere")
        EMAIL = "email", _("By e-mail")
        PAPER = "paper", _("By post or by hand")

    ELECTRONIC = (How.HERE, How.ONLINE)  # handed in electronically, with a receipt
    TERMS = (
        *("method", "method_reason", "category", "scheme", "code", "code_words"),
        *("value", "currency", "value_public"),
        *("contract_start", "contract_months", "contract_extensions"),
        *("contact_office", "contact_email", "contact_phone"),
        *("bid_how", "bid_address", "bid_languages", "zone", "questions_until", "valid_days"),
        *("short_reason", "review_body"),
    )
    LASTING = (  # what a buyer usually says in the next call too
        *("category", "scheme", "code", "code_words"),
        *("contact_office", "contact_email", "contact_phone"),
        *("bid_how", "bid_address", "bid_languages", "valid_days", "review_body"),
    )

    method = models.CharField(
        _("method"), max_length=9, choices=Method.choices, default=Method.OPEN
    )
    method_reason = models.TextField(_("why it is not open"), max_length=2000, blank=True)
    category = models.CharField(
        _("main category"), max_length=8, choices=Category.choices, blank=True
    )
    scheme = models.CharField(_("classification"), max_length=6, choices=Scheme.choices, blank=True)
    code = models.CharField(_("code"), max_length=10, blank=True)
    code_words = models.CharField(_("code in words"), max_length=200, blank=True)
    value = models.DecimalField(
        _("estimated value"), max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=CODE, blank=True)
    value_public = models.BooleanField(_("the public sees the value"), default=False)
    contract_start = models.DateField(_("contract begins"), null=True, blank=True)
    contract_months = models.PositiveSmallIntegerField(
        _("contract in months"), null=True, blank=True
    )
    contract_extensions = models.CharField(_("extensions"), max_length=500, blank=True)
    contact_office = models.CharField(_("office that answers"), max_length=200, blank=True)
    contact_email = models.EmailField(_("its e-mail address"), blank=True)
    contact_phone = models.CharField(_("its phone"), max_length=40, blank=True)
    bid_how = models.CharField(_("how to bid"), max_length=6, choices=How.choices, blank=True)
    bid_address = models.CharField(_("where bids go"), max_length=500, blank=True)
    bid_languages = models.JSONField(_("languages of bids"), default=list, blank=True)
    zone = models.CharField(_("time zone"), max_length=40, blank=True)  # IANA; empty: UTC
    questions_until = models.DateTimeField(_("questions until"), null=True, blank=True)
    valid_days = models.PositiveSmallIntegerField(
        _("bids hold for, in days"), null=True, blank=True
    )
    short_reason = models.TextField(_("why bids close so soon"), max_length=2000, blank=True)
    review_body = models.CharField(_("where to object"), max_length=500, blank=True)

    class Meta:
        abstract = True

    @property
    def public_value(self) -> str:
        """The estimated value with its currency, as it is frozen, where the public may see it."""
        shown = self.value_public and self.value is not None
        return f"{self.value:.2f} {self.currency}" if shown else ""
