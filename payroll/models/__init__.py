"""What is paid: runs, lines that never change, and the bank's word."""

from payroll.models.bank import BankFile, BankResult, Handover, SentLine
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

__all__ = [
    "BankFile",
    "BankResult",
    "Correction",
    "CorrectionProcess",
    "Countersignature",
    "FileCheck",
    "Handover",
    "Hold",
    "Instalment",
    "LineState",
    "LockedFile",
    "Offset",
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
]
