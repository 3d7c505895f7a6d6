"""Areas, people and what other departments say of them: the ground every app stands on."""

from registry.models.areas import NATION, Appointment, Area, AreaKeyField, DatedQuerySet, Unit
from registry.models.certificates import Certificate
from registry.models.disposal import (
    Disposal,
    DisposalList,
    DisposalProcess,
    DisposedRows,
    KeptBack,
)
from registry.models.files import CalendarDay, ImportedFile
from registry.models.passes import Pass
from registry.models.people import BankAccount, Fact, Household, Kinship, Person
from registry.models.trust import Bar, Consent, Delegation, Portrait

__all__ = [
    "NATION",
    "Appointment",
    "Area",
    "AreaKeyField",
    "BankAccount",
    "Bar",
    "CalendarDay",
    "Certificate",
    "Consent",
    "DatedQuerySet",
    "Delegation",
    "Disposal",
    "DisposalList",
    "DisposalProcess",
    "DisposedRows",
    "Fact",
    "Household",
    "ImportedFile",
    "KeptBack",
    "Kinship",
    "Pass",
    "Person",
    "Portrait",
    "Unit",
]
