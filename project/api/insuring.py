"""What the API says of insurance: policies, who is covered by them, accidents and claims."""

from datetime import date, datetime, time

from django.utils.translation import gettext_lazy as _
from ninja import Schema

from contracts import claim_flows, insurance, insurance_flows
from contracts.claim_forms import ReportForm
from contracts.forms import CoverForm
from contracts.insurance_forms import TermsForm
from contracts.models import Claim, InsurancePolicy
from project.api.shapes import Amount, RecordShape, Sentence, Whole
from project.kernel.roles import Permission
from project.kernel.steps import Verb

FLOWS_MOUNTED = (insurance_flows.InsuranceFlow, claim_flows.ClaimFlow)


class CoverShape(Schema):
    """One person on a policy, from a day to a day."""

    person_id: int
    worker: str
    starts_on: date
    ends_on: date

    @staticmethod
    def resolve_worker(cover):
        return cover.person.name


class PolicyShape(RecordShape):
    """An insurer's policy; that it has expired follows from its last day."""

    kind: str
    number: str | None
    insurer: str
    premium: Amount | None
    starts_on: date
    ends_on: date
    is_expired: bool


class WholePolicy(Whole, PolicyShape):
    covers: list[CoverShape]

    @staticmethod
    def resolve_covers(policy):
        return list(policy.covers.select_related("person").order_by("pk"))


class ClaimShape(RecordShape):
    worker: str
    contract_id: int
    policy: str | None
    happened_on: date
    happened_at: time | None
    place: str
    account: str
    injury: str
    reported_at: datetime
    is_late: bool
    papers: list[str]
    papers_missing: Sentence
    asked: Amount | None
    paid: Amount | None
    answer: str

    @staticmethod
    def resolve_worker(claim):
        return claim.contract.person.name

    @staticmethod
    def resolve_policy(claim):
        return claim.cover.policy.number if claim.cover else None


POLICIES = ("policies", InsurancePolicy, PolicyShape, WholePolicy)
ADD = Verb(
    insurance.add_policy,
    _("Enter an insurance policy"),
    TermsForm,
    "add",
    Permission.INSURANCE_EDIT,
)
ENROL = (Verb(insurance.enrol, _("Enrol people"), CoverForm, "enrol", Permission.INSURANCE_EDIT),)
CLAIMS = ("claims", Claim, ClaimShape)
REPORT = Verb(
    claim_flows.report, _("Report an accident"), ReportForm, "report", Permission.CLAIM_REPORT
)
