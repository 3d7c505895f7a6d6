"""What was worked: check-ins as they came, and one sheet per village and month over them."""

from attendance.models.check_in import CheckIn
from attendance.models.correction import Correction, CorrectionProcess
from attendance.models.device import Device
from attendance.models.evidence import Flag, FlagReview, Photo
from attendance.models.leave import Leave, LeaveProcess, Substitution
from attendance.models.place import WorkPlace
from attendance.models.plan import Pause, Weekday, WorkPlan
from attendance.models.sheet import Sheet, SheetLine, SheetProcess
from attendance.models.signing import Acknowledgement, SheetScan

__all__ = [
    "Acknowledgement",
    "CheckIn",
    "Correction",
    "CorrectionProcess",
    "Device",
    "Flag",
    "FlagReview",
    "Leave",
    "LeaveProcess",
    "Pause",
    "Photo",
    "Sheet",
    "SheetLine",
    "SheetProcess",
    "SheetScan",
    "Substitution",
    "Weekday",
    "WorkPlace",
    "WorkPlan",
]
