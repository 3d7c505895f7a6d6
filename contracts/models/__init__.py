"""The waist: contracts, the insurance behind them, and the way out of them."""

from contracts.models.attestation import Attestation
from contracts.models.batch import BatchLine, ContractBatch
from contracts.models.change import Amendment, AmendmentProcess, Suspension
from contracts.models.claim import Claim, ClaimProcess
from contracts.models.contract import HOLDING, MEASURED, Contract, ContractProcess
from contracts.models.exit import DISCIPLINE, Exit, ExitProcess
from contracts.models.insurance import (
    Cover,
    Endorsement,
    InsurancePolicy,
    InsuranceProcess,
    InsuredLine,
)
from contracts.models.paper import (
    ContractPaper,
    ContractTemplate,
    PaperFile,
    PaperVisit,
    Signature,
)
from contracts.models.scan import ContractScan

__all__ = [
    "DISCIPLINE",
    "HOLDING",
    "MEASURED",
    "Amendment",
    "AmendmentProcess",
    "Attestation",
    "BatchLine",
    "Claim",
    "ClaimProcess",
    "Contract",
    "ContractBatch",
    "ContractPaper",
    "ContractProcess",
    "ContractScan",
    "ContractTemplate",
    "Cover",
    "Endorsement",
    "Exit",
    "ExitProcess",
    "InsurancePolicy",
    "InsuranceProcess",
    "InsuredLine",
    "PaperFile",
    "PaperVisit",
    "Signature",
    "Suspension",
]
