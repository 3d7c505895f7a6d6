"""What is paid: runs, lines that never change, and the bank's word."""

from payroll.models.bank import BankFile, BankResult, Handover, SentLine
from payroll.models.comparison import (
    ComparedPerson,
    Comparison,
    Examination,
    Hit,
    Outcome,
    TakenList,
)
from payroll.models.corrections import Correction, CorrectionProcess
from payroll.models.countersignature import Countersignature
from payroll.models.custody import FileCheck, LockedFile
from payroll.models.lines import Hold, LineState, PayLine, PayPart, Release
from payroll.models.recoveries import (
    Instalment,
    Offset,
    Recovery,
    RecoveryLine,
    RecoveryProcess,
    Repayment,
)
from payroll.models.run import PayRun, PayRunProcess
from payroll.models.withholding import Withholding

__all__ = [
    "BankFile",
    "BankResult",
    "ComparedPerson",
    "Comparison",
    "Correction",
    "CorrectionProcess",
    "Countersignature",
    "Examination",
    "FileCheck",
    "Handover",
    "Hit",
    "Hold",
    "Instalment",
    "LineState",
    "LockedFile",
    "Offset",
    "Outcome",
    "PayLine",
    "PayPart",
    "PayRun",
    "PayRunProcess",
    "Recovery",
    "RecoveryLine",
    "RecoveryProcess",
    "Release",
    "Repayment",
    "SentLine",
    "TakenList",
    "Withholding",
]
