"""What strangers send: judged by content, read in bounds, kept as evidence and served inert."""

from project.kernel.uploads.handed import PAPERS, SCANS, Handed, handed_in, read_within
from project.kernel.uploads.pictures import redrawn
from project.kernel.uploads.scanner import refuse_infected
from project.kernel.uploads.served import served, served_drawing, served_picture

__all__ = [
    "PAPERS",
    "SCANS",
    "Handed",
    "handed_in",
    "read_within",
    "redrawn",
    "refuse_infected",
    "served",
    "served_drawing",
    "served_picture",
]
