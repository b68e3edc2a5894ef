"""The addresses of tenders."""

from django.urls import path

from tenders.pages import (
    award_criteria,
    awards,
    bid_form,
    bids,
    compare,
    enquiries,
    files,
    lots,
    ocds,
    opening,
    opportunities,
    publishing,
    requirements,
    shortlists,
    starting,
    tender,
)

TENDER = "tenders/<number:reference>/"
LOT = f"{TENDER}lots/<int:pk>/"
ONE = f"{TENDER}requirements/<uuid:pk>/"
QUESTION = f"{TENDER}questions/<uuid:pk>/"
BID = "bids/<uuid:pk>/"

urlpatterns = [
    path("tenders/", tender.tenders, name="tenders"),
    path("tenders/new/", starting.tender_new, name="tender-new"),
    path("tenders/followed/", enquiries.tenders_followed, name="tenders-followed"),
    path(TENDER, tender.tender, name="tender"),
    path(f"{TENDER}questions/", enquiries.tender_questions, name="tender-questions"),
    path(f"{TENDER}questions/ask/", enquiries.enquiry_ask, name="enquiry-ask"),
    path(f"{QUESTION}answer/", enquiries.enquiry_answer, name="enquiry-answer"),
    path(f"{QUESTION}decline/", enquiries.enquiry_decline, name="enquiry-decline"),
    path(f"{QUESTION}asker/", enquiries.enquiry_asker, name="enquiry-asker"),
    path(f"{TENDER}follow/", enquiries.tender_follow, name="tender-follow"),
    path(f"{TENDER}unfollow/", enquiries.tender_unfollow, name="tender-unfollow"),
    path(f"{TENDER}details/", starting.tender_details, name="tender-details"),
    path(f"{TENDER}publish/", publishing.tender_publish, name="tender-publish"),
    path(f"{TENDER}discard/", publishing.tender_discard, name="tender-discard"),
    path(f"{TENDER}amend/", publishing.tender_amend, name="tender-amend"),
    path(f"{TENDER}award/", awards.tender_award, name="tender-award"),
    path(f"{LOT}award/", awards.lot_award, name="lot-award"),
    path(f"{LOT}contract/", awards.lot_contract, name="lot-contract"),
    path(f"{LOT}cancel/", awards.lot_cancel, name="lot-cancel"),
    path(f"{LOT}compare/", compare.lot_compare, name="lot-compare"),
    path(f"{LOT}compare.xlsx", compare.lot_compare_file, name="lot-compare-file"),
    path(f"{TENDER}cancel/", publishing.tender_cancel, name="tender-cancel"),
    path(f"{TENDER}export/", files.tender_export, name="tender-export"),
    path(f"{TENDER}files/<str:format>/", files.tender_file, name="tender-file"),
    path(f"{TENDER}files/<str:format>/again/", files.file_again, name="tender-file-again"),
    path(f"{TENDER}ocds.json", ocds.tender_ocds, name="tender-ocds"),
    path(f"{TENDER}record.json", ocds.tender_record, name="tender-record"),
    path(f"{TENDER}lots/", lots.lot_add, name="lot-add"),
    path(LOT, lots.lot, name="lot"),
    path(f"{LOT}award-criteria/", award_criteria.award_criteria, name="award-criteria"),
    path(f"{LOT}competition/", lots.competition, name="competition"),
    path(f"{LOT}shortlist/", shortlists.shortlist_save, name="shortlist-save"),
    path(f"{TENDER}shortlists/<int:pk>/", shortlists.shortlist, name="shortlist"),
    path(
        f"{TENDER}shortlists/<int:pk>.<str:format>",
        shortlists.shortlist_file,
        name="shortlist-file",
    ),
    path("releases/<uuid:pk>/tenders/", opportunities.release_tenders, name="release-tenders"),
    path(f"{TENDER}bids/", bids.tender_bids, name="tender-bids"),
    path(f"{LOT}bid/", bids.bid_start, name="bid-start"),
    path(BID, bids.bid, name="bid"),
    path("bids/<uuid:pk>.json", bids.bid_data, name="bid-data"),
    path(f"{BID}form.xlsx", bid_form.bid_form, name="bid-form"),
    path(f"{BID}form/", bid_form.bid_form_file, name="bid-form-file"),
    path(f"{BID}offer/", bids.bid_offer, name="bid-offer"),
    path(f"{BID}replies/<uuid:requirement>/", bids.bid_reply, name="bid-reply"),
    path(f"{BID}hand-in/", bids.bid_hand_in, name="bid-hand-in"),
    path(f"{BID}take-back/", bids.bid_take_back, name="bid-take-back"),
    path(f"{BID}exclude/", bids.bid_exclude, name="bid-exclude"),
    path(f"{BID}discard/", bids.bid_discard, name="bid-discard"),
    path(f"{TENDER}opening/", opening.opening, name="opening"),
    path(f"{TENDER}opening/call/", opening.opening_call, name="opening-call"),
    path(f"{TENDER}opening/open/", opening.opening_open, name="opening-open"),
    path(f"{LOT}remove/", lots.lot_remove, name="lot-remove"),
    path(f"{LOT}set/", lots.lot_set, name="lot-set"),
    path(f"{LOT}justify/", lots.lot_justify, name="lot-justify"),
    path(f"{LOT}share/", lots.lot_share, name="lot-share"),
    *[
        path(
            f"{LOT}add/{source}/",
            lots.requirements_add,
            {"source": source},
            name=f"requirements-add-{source}",
        )
        for source in lots.SOURCES
    ],
    path(f"{LOT}add/fact/", lots.fact_add, name="requirements-add-fact"),
    path(ONE, requirements.requirement, name="requirement"),
    path(f"{ONE}move/", requirements.requirement_move, name="requirement-move"),
    path(f"{ONE}remove/", requirements.requirement_remove, name="requirement-remove"),
]
