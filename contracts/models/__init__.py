"""The waist: contracts, the insurance behind them, and the way out of them."""

from contracts.models.contract import HOLDING, Contract, ContractProcess
from contracts.models.exit import DISCIPLINE, Exit, ExitProcess
from contracts.models.insurance import Cover, InsurancePolicy
from contracts.models.scan import ContractScan

__all__ = [
    "DISCIPLINE",
    "HOLDING",
    "Contract",
    "ContractProcess",
    "ContractScan",
    "Cover",
    "Exit",
    "ExitProcess",
    "InsurancePolicy",
]
