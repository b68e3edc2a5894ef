"""Every model of tenders, by name."""

from tenders.award import Award
from tenders.bids.bid import Bid
from tenders.bids.bringing import Bringing
from tenders.bids.dossier import BidFile
from tenders.bids.evaluation import Evaluation
from tenders.bids.given import Consensus
from tenders.bids.opening import Opening
from tenders.bids.reply import Reply
from tenders.bids.scores import Scores
from tenders.documents import Document
from tenders.downloads import Download
from tenders.enquiry import Enquiry
from tenders.followed_search import FollowedSearch
from tenders.following import Follow
from tenders.invitee import Invitee
from tenders.last_step import LastStep
from tenders.lot import Lot
from tenders.requirements import Requirement
from tenders.shortlist import Shortlist
from tenders.tender import Tender

__all__ = [
    "Award",
    "Bid",
    "BidFile",
    "Bringing",
    "Consensus",
    "Document",
    "Download",
    "Enquiry",
    "Evaluation",
    "Follow",
    "FollowedSearch",
    "Invitee",
    "LastStep",
    "Lot",
    "Opening",
    "Reply",
    "Requirement",
    "Scores",
    "Shortlist",
    "Tender",
]
