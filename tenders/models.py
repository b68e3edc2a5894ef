"""Every model of tenders, by name."""

from tenders.downloads import Download
from tenders.lot import Lot
from tenders.requirements import Requirement
from tenders.shortlist import Shortlist
from tenders.tender import Tender

__all__ = ["Download", "Lot", "Requirement", "Shortlist", "Tender"]
