"""What was worked: check-ins as they came, and one sheet per village and month over them."""

from attendance.models.check_in import CheckIn
from attendance.models.device import Device
from attendance.models.evidence import Flag, FlagReview, Photo
from attendance.models.place import WorkPlace
from attendance.models.sheet import Sheet, SheetLine, SheetProcess

__all__ = [
    "CheckIn",
    "Device",
    "Flag",
    "FlagReview",
    "Photo",
    "Sheet",
    "SheetLine",
    "SheetProcess",
    "WorkPlace",
]
