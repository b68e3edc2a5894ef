"""Every model of tenders, by name."""

from tenders.downloads import Download
from tenders.enquiry import Enquiry
from tenders.following import Follow
from tenders.lot import Lot
from tenders.requirements import Requirement
from tenders.shortlist import Shortlist
from tenders.tender import Tender

__all__ = ["Download", "Enquiry", "Follow", "Lot", "Requirement", "Shortlist", "Tender"]
