"""What is paid: runs, lines that never change, and the bank's word."""

from .bank import BankFile, BankResult, SentLine
from .lines import Hold, LineState, PayLine, Release
from .run import PayRun, PayRunProcess

__all__ = [
    "BankFile",
    "BankResult",
    "Hold",
    "LineState",
    "PayLine",
    "PayRun",
    "PayRunProcess",
    "Release",
    "SentLine",
]
