"""What was worked: check-ins as they came, and one sheet per village and month over them."""

from attendance.models.assessment import Assessment, AssessmentProcess, Grade
from attendance.models.assessment_parts import Appeal, Deduction, Side
from attendance.models.check_in import CheckIn
from attendance.models.correction import Correction, CorrectionProcess
from attendance.models.device import Device
from attendance.models.evidence import Flag, FlagReview, Photo
from attendance.models.leave import Leave, LeaveProcess, Substitution
from attendance.models.place import WorkPlace
from attendance.models.plan import Pause, Weekday, WorkPlan
from attendance.models.roll_call import RollCall, RollCallLine
from attendance.models.sheet import Sheet, SheetLine, SheetProcess
from attendance.models.signing import Acknowledgement, SheetScan
from attendance.models.year_grade import YearGrade, YearGradeProcess

__all__ = [
    "Acknowledgement",
    "Appeal",
    "Assessment",
    "AssessmentProcess",
    "CheckIn",
    "Correction",
    "CorrectionProcess",
    "Deduction",
    "Device",
    "Flag",
    "FlagReview",
    "Grade",
    "Leave",
    "LeaveProcess",
    "Pause",
    "Photo",
    "RollCall",
    "RollCallLine",
    "Sheet",
    "SheetLine",
    "SheetProcess",
    "SheetScan",
    "Side",
    "Substitution",
    "Weekday",
    "WorkPlace",
    "WorkPlan",
    "YearGrade",
    "YearGradeProcess",
]
