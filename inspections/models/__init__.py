"""What looks wrong, who looked into it, and what it turned out to be."""

from inspections.models.doubt import Detection, Doubt, DoubtProcess

__all__ = ["Detection", "Doubt", "DoubtProcess"]
