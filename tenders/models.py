"""Every model of tenders, by name."""

from tenders.requirements import Lot, Requirement
from tenders.tender import Tender

__all__ = ["Lot", "Requirement", "Tender"]
