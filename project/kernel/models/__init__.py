"""People who sign in, what was done and read, and long work under way."""

from project.kernel.models.history import Change
from project.kernel.models.office import Event, EventQuerySet, Job, Token, User
from project.kernel.models.proofs import Authenticator, Identity, RecoveryCode
from project.kernel.models.trust import Look, Seal, SealedRows, SignIn

__all__ = [
    "Authenticator",
    "Change",
    "Event",
    "EventQuerySet",
    "Identity",
    "Job",
    "Look",
    "RecoveryCode",
    "Seal",
    "SealedRows",
    "SignIn",
    "Token",
    "User",
]
