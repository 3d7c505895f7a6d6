"""Every pattern that is looked for, by its code."""

from inspections.patterns.base import Pattern, Scope
from inspections.patterns.days import DAYS
from inspections.patterns.devices import SharedPhone
from inspections.patterns.entitlement import ENTITLEMENT
from inspections.patterns.identity import IDENTITY
from inspections.patterns.money import MONEY
from inspections.patterns.pictures import PICTURES
from inspections.patterns.process import PROCESS
from inspections.patterns.relief import RELIEF
from inspections.patterns.reviewed import REVIEWED
from inspections.patterns.signatures import SIGNATURES
from inspections.patterns.terms import TERMS
from inspections.patterns.told import TOLD, Told

ALL = (
    SharedPhone,
    *DAYS,
    *PICTURES,
    *SIGNATURES,
    *PROCESS,
    *ENTITLEMENT,
    *TERMS,
    *IDENTITY,
    *MONEY,
    *RELIEF,
)
# Whatever a doubt can be of: what queries find, and what people see or are told.
BY_CODE = {pattern.code: pattern for pattern in (*ALL, *TOLD, *REVIEWED)}

__all__ = ["ALL", "BY_CODE", "TOLD", "Pattern", "Scope", "Told"]
