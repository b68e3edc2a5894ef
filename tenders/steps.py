"""What can happen to tenders, shortlists and questions."""

from django.utils.translation import gettext_lazy as _

from certcentre.steps import FOLLOWED, Audience, Matter, Step, about, table

TENDERS = Matter("tenders", _("Tenders and questions"))
BIDS = Matter("bids", _("Bids and awards"))
ITS_LINE = about(line="line")
BIDDING = Audience(  # for a version before it: nothing is new to who began with this one
    ("editor", "signatory"),
    where=lambda tender: {
        "bids__status__in": ("draft", "handed_in"),
        "bids__tender__in": type(tender)
        .objects.of_line(tender.line)
        .filter(version__lt=tender.version),
    },
)
INVITED = Audience(  # before this version: those whom it invites itself have a letter of their own
    ("editor", "signatory"),
    where=lambda tender: {
        "invitees__line": tender.line,
        "invitees__status": "invited",
        "invitees__invited_at__lt": tender.published_at,
    },
)
ASKER = Audience(people=lambda enquiry: {"pk": enquiry.asked_by_id})
ANSWERING = Audience(
    ("editor",), where=lambda enquiry: {"pk": enquiry.tender.buyer_id}, able="answer"
)

TENDER_STARTED = Step("tender.started", _("begun"))
TENDER_DISCARDED = Step("tender.discarded", _("thrown away as a draft"))
TENDER_PUBLISHED = Step(
    "tender.published",
    _("published"),
    public=_("Tender published"),
    told=(BIDDING, INVITED),
    followed=lambda tender: ITS_LINE(tender) if tender.amends_id else {},
    matter=TENDERS,
)
TENDER_REPLACED = Step(
    "tender.replaced",
    _("replaced by a newer version"),
    public=_("Tender replaced by a newer version"),
)
TENDER_AWARDED = Step(
    "tender.awarded",
    _("awarded"),
    public=_("Tender awarded"),
    followed=ITS_LINE,
    matter=TENDERS,
)
TENDER_CANCELLED = Step(
    "tender.cancelled",
    _("cancelled"),
    public=_("Tender cancelled"),
    followed=ITS_LINE,
    matter=TENDERS,
)
SHORTLIST_SAVED = Step("shortlist.saved", _("a shortlist kept"))
ENQUIRY_ASKED = Step("enquiry.asked", _("a question asked"), told=(ANSWERING,), matter=TENDERS)
ENQUIRY_ANSWERED = Step(
    "enquiry.answered",
    _("a question answered"),
    public=_("Question on a tender answered"),
    told=(ASKER,),
    followed=ITS_LINE,
    matter=TENDERS,
)
ENQUIRY_DECLINED = Step(
    "enquiry.declined", _("a question not answered"), told=(ASKER,), matter=TENDERS
)
ENQUIRY_ASKER_READ = Step("enquiry.asker_read", _("looked who asked a question"))
INVITEE_NAMED = Step("invitee.named", _("a provider put on the list of those invited"))
INVITEE_REMOVED = Step("invitee.removed", _("a provider taken off the list of those invited"))
INVITEE_INVITED = Step(
    "invitee.invited",
    _("a provider invited to bid"),
    told=(
        Audience(("editor", "signatory"), where=lambda invitee: {"pk": invitee.organisation_id}),
    ),
    matter=TENDERS,
)
INVITEE_DECLINED = Step(
    "invitee.declined",
    _("an invited provider will not bid"),
    told=(
        Audience(("editor", "signatory"), where=lambda invitee: {"pk": invitee.tender.buyer_id}),
    ),
    matter=BIDS,
)
BIDDER = Audience(("editor", "signatory"), where=lambda bid: {"pk": bid.organisation_id})
SECOND = Audience(where=lambda opening: {"pk": opening.tender.buyer_id}, able="open")
SECOND_SEES = Audience(where=lambda bringing: {"pk": bringing.tender.buyer_id}, able="confirm")
BRINGER = Audience(people=lambda bringing: {"pk": bringing.brought_by_id})

BID_STARTED = Step("bid.started", _("a bid begun"))
BID_DISCARDED = Step("bid.discarded", _("the draft of a bid thrown away"))
BID_HANDED_IN = Step("bid.handed_in", _("a bid handed in"), told=(BIDDER,), matter=BIDS)
BID_REPLACED = Step("bid.replaced", _("a bid replaced by a later one"))
BID_TAKEN_BACK = Step("bid.taken_back", _("a bid taken back"), told=(BIDDER,), matter=BIDS)
BID_BROUGHT = Step("bid.brought", _("a returned form brought as a bid"))
BID_CONFIRMED = Step("bid.confirmed", _("a bid that was brought confirmed"))
BID_REFUSED = Step("bid.refused", _("a bid that was brought not confirmed"))
BRINGING_BROUGHT = Step(
    "bringing.brought", _("returned forms brought"), told=(SECOND_SEES,), matter=BIDS
)
BRINGING_CONFIRMED = Step(
    "bringing.confirmed", _("forms brought confirmed"), told=(BRINGER,), matter=BIDS
)
BRINGING_REFUSED = Step(
    "bringing.refused", _("forms brought not confirmed"), told=(BRINGER,), matter=BIDS
)
BID_OPENED = Step("bid.opened", _("a bid opened"), told=(BIDDER,), matter=BIDS)
OPENING_CALLED = Step(
    "opening.called", _("the opening of bids called"), told=(SECOND,), matter=BIDS
)
OPENING_HELD = Step("opening.held", _("bids opened"), public=_("Bids on a tender opened"))
BID_EXCLUDED = Step("bid.excluded", _("a bid excluded"), told=(BIDDER,), matter=BIDS)
BID_AWARDED = Step("bid.awarded", _("a bid awarded"), told=(BIDDER,), matter=BIDS)
BID_LOT_CANCELLED = Step(
    "bid.lot_cancelled", _("the lot of a bid cancelled"), told=(BIDDER,), matter=BIDS
)
BID_NOT_AWARDED = Step("bid.not_awarded", _("a bid not awarded"), told=(BIDDER,), matter=BIDS)
BUYING = Audience(where=lambda award: {"pk": award.lot.tender.buyer_id})
AWARD_WEAKENED = Step(
    "award.weakened", _("less stands for the winning bid"), told=(BUYING,), matter=BIDS
)
AWARD_RESTORED = Step(
    "award.restored", _("all stands for the winning bid again"), told=(BUYING,), matter=BIDS
)
LOT_AWARDED = Step("lot.awarded", _("a lot awarded"), public=_("Lot of a tender awarded"))
LOT_CONTRACTED = Step(
    "lot.contracted",
    _("a contract signed for a lot"),
    public=_("Contract signed for a lot"),
)
LOT_CANCELLED = Step("lot.cancelled", _("a lot cancelled"), public=_("Lot of a tender cancelled"))

SCORES_BEGUN = Step("scores.begun", _("scoring begun"))
SCORES_HANDED_IN = Step("scores.handed_in", _("scores handed in"))
SCORES_SUPERSEDED = Step("scores.superseded", _("scores superseded by later ones"))
SCORES_AGREED = Step("scores.agreed", _("a difference of scores talked through"))

EVALUATORS = Audience(
    people=lambda evaluation: {"pk__in": evaluation.lot.scored_by.values("evaluator")}
)
EVALUATION_CLOSED = Step("evaluation.closed", _("the evaluation of a lot closed"))
EVALUATION_REOPENED = Step(
    "evaluation.reopened",
    _("the evaluation of a lot opened again"),
    public=_("Evaluation of a lot opened again"),
    told=(EVALUATORS,),
    matter=BIDS,
)

SEARCH_MATCHED = Step(
    "search.matched",
    _("products came to match a search"),
    followed=about(search="pk"),
    matter=FOLLOWED,
)

STEPS = table(globals())
