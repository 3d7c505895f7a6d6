"""Who may do what. Reviewed in git, not edited in the admin."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing a role may do; view rights limit every list, count, export and API answer."""

    PERSON_VIEW = "registry.person_view"
    PERSON_EDIT = "registry.person_edit"
    AREA_EDIT = "registry.area_edit"
    FACT_IMPORT = "registry.fact_import"
    PASS_ISSUE = "registry.pass_issue"
    APPOINT = "registry.appoint"
    CERTIFICATE_EDIT = "registry.certificate_edit"
    POLICY_VIEW = "policy.view"
    POLICY_EDIT = "policy.edit"
    FUND_EDIT = "policy.fund_edit"
    POST_VIEW = "posts.view"
    HOLDER_IMPORT = "posts.holder_import"
    CONTRACT_VIEW = "contracts.view"
    CONTRACT_END = "contracts.end"
    CONTRACT_OFFER = "contracts.offer"
    CONTRACT_SIGN = "contracts.sign"
    CONTRACT_SEAL = "contracts.seal"
    CONTRACT_TEMPLATE = "contracts.template"
    CONTRACT_START = "contracts.start"
    INSURANCE_EDIT = "contracts.insurance_edit"
    INSURANCE_APPROVE = "contracts.insurance_approve"
    CLAIM_REPORT = "contracts.claim_report"
    CLAIM_EDIT = "contracts.claim_edit"
    CLAIM_DECIDE = "contracts.claim_decide"
    EXIT_PROPOSE = "contracts.exit_propose"
    EXIT_NOTIFY = "contracts.exit_notify"
    EXIT_HEAR = "contracts.exit_hear"
    EXIT_APPROVE = "contracts.exit_approve"
    EXIT_SETTLE = "contracts.exit_settle"
    EXIT_CLOSE = "contracts.exit_close"
    POST_SUBMIT = "posts.submit"
    POST_REVIEW = "posts.review"
    POST_APPROVE = "posts.approve"
    POST_OPEN = "posts.open"
    POST_CLOSE = "posts.close"
    RECRUIT = "posts.recruit"
    HIRE_APPLY = "posts.apply"
    HIRE_CHECK = "posts.check"
    HIRE_APPRAISE = "posts.appraise"
    HIRE_PUBLICISE = "posts.publicise"
    HIRE_CLEAR = "posts.clear"
    HIRE_APPROVE = "posts.hire_approve"
    HIRE_PLACE = "posts.place"
    VACANCY_REPORT = "posts.vacancy_report"
    HOUSEHOLD_HELP = "posts.household_help"
    NOTICE_VIEW = "notices.view"
    OBJECTION_RECEIVE = "notices.objection_receive"
    OBJECTION_ASSIGN = "notices.objection_assign"
    OBJECTION_VERIFY = "notices.objection_verify"
    OBJECTION_ANSWER = "notices.objection_answer"
    COMPLAINANT_VIEW = "notices.complainant_view"
    COMPLAINT_VIEW = "notices.complaint_view"
    SHEET_VIEW = "attendance.view"
    SHEET_OPEN = "attendance.open"
    SHEET_RECORD = "attendance.record"
    SHEET_CONFIRM = "attendance.confirm"
    SHEET_ACKNOWLEDGE = "attendance.acknowledge"
    SHEET_REVIEW = "attendance.review"
    SHEET_PUBLICISE = "attendance.publicise"
    SHEET_CERTIFY = "attendance.certify"
    SHEET_SEND_BACK = "attendance.send_back"
    ASSESS_VILLAGE = "attendance.assess_village"
    ASSESS_TOWNSHIP = "attendance.assess_township"
    ASSESS_REVIEW = "attendance.assess_review"
    ASSESS_TELL = "attendance.assess_tell"
    ASSESS_ANSWER = "attendance.assess_answer"
    ASSESS_FINALISE = "attendance.assess_finalise"
    PAY_VIEW = "payroll.view"
    PAY_PREPARE = "payroll.prepare"
    PAY_CONFIRM = "payroll.confirm"
    PAY_PUBLICISE = "payroll.publicise"
    PAY_TOWNSHIP = "payroll.township_approve"
    PAY_DEPARTMENT = "payroll.department_approve"
    PAY_FINANCE = "payroll.finance_approve"
    PAY_SEND = "payroll.send"
    PAY_PASSWORD = "payroll.file_password"
    PAY_RECONCILE = "payroll.reconcile"
    PAY_SEND_BACK = "payroll.send_back"
    PAY_VOID = "payroll.void"
    PAY_RELEASE = "payroll.release"
    PAY_CORRECT = "payroll.correct"
    PAY_WITHHOLD = "payroll.withhold"
    RECOVERY_PROPOSE = "payroll.recovery_propose"
    RECOVERY_DECIDE = "payroll.recovery_decide"
    RECOVERY_REPAY = "payroll.recovery_repay"
    RECOVERY_SETTLE = "payroll.recovery_settle"
    RELIEF_VIEW = "workrelief.view"
    RELIEF_OWN = "workrelief.own"
    RELIEF_PLAN = "workrelief.plan"
    RELIEF_ROSTER = "workrelief.roster"
    RELIEF_PLACE = "workrelief.place"
    RELIEF_REPORT = "workrelief.report"
    RELIEF_SPEND = "workrelief.spend"
    WAGE_DRAFT = "workrelief.wage_draft"
    WAGE_CHECK = "workrelief.wage_check"
    WAGE_APPROVE = "workrelief.wage_approve"
    WAGE_VERIFY = "workrelief.wage_verify"
    DOUBT_VIEW = "inspections.doubt_view"
    DOUBT_DETECT = "inspections.detect"
    DOUBT_VERIFY = "inspections.verify"
    DOUBT_DECIDE = "inspections.decide"
    SAMPLE_DRAW = "inspections.sample_draw"
    SAMPLE_TOLD = "inspections.sample_told"
    VISIT_VIEW = "inspections.visit_view"
    VISIT_RECORD = "inspections.visit_record"
    PHOTO_REVIEW = "inspections.photo_review"
    CASE_VIEW = "inspections.case_view"
    CASE_INVESTIGATE = "inspections.case_investigate"
    CASE_HEAR = "inspections.case_hear"
    CASE_DECIDE = "inspections.case_decide"
    MEASURE_REPORT = "inspections.measure_report"
    EMPLOYER_BAR = "registry.bar"
    LOOK_VIEW = "kernel.look_view"
    NUMBER_VIEW = "registry.number_view"
    REPORT_VIEW = "reports.view"


P = Permission
SEES = {
    P.PERSON_VIEW,
    P.POLICY_VIEW,
    P.POST_VIEW,
    P.CONTRACT_VIEW,
    P.NOTICE_VIEW,
    P.SHEET_VIEW,
    P.PAY_VIEW,
    P.RELIEF_VIEW,
    P.REPORT_VIEW,
}


@dataclass(frozen=True)
class Role:
    """A duty somebody is appointed to in one area: its title, its sentence, its permissions."""

    title: str
    description: str
    permissions: frozenset


def _role(title, description, *permissions):
    return Role(title, description, frozenset(permissions))


ROLES = {
    "village_clerk": _role(
        _("Village clerk"),
        _("Keeps the village's sign-in book and records the days worked."),
        *SEES - {P.PAY_VIEW},
        P.PASS_ISSUE,
        P.SHEET_RECORD,
        P.SHEET_ACKNOWLEDGE,
        P.ASSESS_TELL,
        P.HIRE_APPLY,
        P.HIRE_APPRAISE,
        P.CONTRACT_SIGN,
        P.CLAIM_REPORT,
        P.EXIT_PROPOSE,
        P.EXIT_NOTIFY,
        P.OBJECTION_RECEIVE,
        P.SAMPLE_TOLD,
    ),
    "village_head": _role(
        _("Village head"),
        _("Answers for the village's attendance sheet and confirms it."),
        *SEES,
        P.SHEET_CONFIRM,
        P.ASSESS_VILLAGE,
        P.WAGE_VERIFY,
        P.POST_SUBMIT,
        P.CLAIM_REPORT,
        P.EXIT_PROPOSE,
        P.SAMPLE_TOLD,
    ),
    "village_supervisor": _role(
        _("Village affairs supervisor"),
        _("Puts notices up, takes them down and certifies what came of them."),
        *SEES - {P.PAY_VIEW},
        P.SHEET_PUBLICISE,
        P.SHEET_CERTIFY,
        P.ASSESS_REVIEW,
        P.HIRE_PUBLICISE,
        P.HIRE_CLEAR,
        P.OBJECTION_RECEIVE,
        P.SAMPLE_TOLD,
    ),
    "township_officer": _role(
        _("Township officer"),
        _("Runs the township's posts day by day: imports, sheets, reviews, prepares pay."),
        *SEES,
        P.PERSON_EDIT,
        P.PASS_ISSUE,
        P.FACT_IMPORT,
        P.HOLDER_IMPORT,
        P.CONTRACT_END,
        P.SHEET_OPEN,
        P.SHEET_RECORD,
        P.SHEET_REVIEW,
        P.SHEET_PUBLICISE,
        P.SHEET_SEND_BACK,
        P.ASSESS_TOWNSHIP,
        P.ASSESS_TELL,
        P.PAY_PREPARE,
        P.PAY_PUBLICISE,
        P.PAY_RELEASE,
        P.PAY_CORRECT,
        P.RECOVERY_PROPOSE,
        P.POST_REVIEW,
        P.RECRUIT,
        P.HIRE_APPLY,
        P.HIRE_CHECK,
        P.HIRE_PLACE,
        P.HIRE_PUBLICISE,
        P.CONTRACT_OFFER,
        P.CONTRACT_SIGN,
        P.INSURANCE_EDIT,
        P.CLAIM_REPORT,
        P.CLAIM_EDIT,
        P.EXIT_PROPOSE,
        P.EXIT_NOTIFY,
        P.EXIT_HEAR,
        P.EXIT_SETTLE,
        P.EXIT_CLOSE,
        P.VACANCY_REPORT,
        P.DOUBT_VIEW,
        P.DOUBT_VERIFY,
        P.RELIEF_PLACE,
        P.HOUSEHOLD_HELP,
        P.OBJECTION_RECEIVE,
        P.OBJECTION_VERIFY,
        P.SAMPLE_TOLD,
        P.VISIT_VIEW,
        P.VISIT_RECORD,
        P.PHOTO_REVIEW,
        P.CASE_VIEW,
        P.CASE_HEAR,
        P.MEASURE_REPORT,
        P.NUMBER_VIEW,
    ),
    "township_reviewer": _role(
        _("Township reviewer"),
        _("Checks what the township officer prepared before anybody approves it."),
        *SEES,
        P.PAY_CONFIRM,
        P.WAGE_VERIFY,
        P.HIRE_CLEAR,
        P.PAY_SEND_BACK,
        P.SHEET_REVIEW,
        P.SHEET_SEND_BACK,
        P.ASSESS_FINALISE,
        P.SAMPLE_TOLD,
        P.VISIT_VIEW,
        P.VISIT_RECORD,
    ),
    "township_leader": _role(
        _("Township leader"),
        _("Approves the township's pay and answers for it."),
        *SEES,
        P.PAY_TOWNSHIP,
        P.ASSESS_ANSWER,
        P.CONTRACT_SEAL,
        P.CONTRACT_START,
        P.INSURANCE_APPROVE,
        P.CLAIM_DECIDE,
        P.EXIT_APPROVE,
        P.OBJECTION_ASSIGN,
        P.OBJECTION_ANSWER,
        P.PAY_SEND_BACK,
        P.SAMPLE_TOLD,
        P.VISIT_VIEW,
        P.SAMPLE_DRAW,
        P.CASE_VIEW,
    ),
    "department_officer": _role(
        _("County department officer"),
        _("Sets the rules of the county's posts and approves pay for the department."),
        *SEES,
        P.DOUBT_VIEW,
        P.DOUBT_DETECT,
        P.DOUBT_DECIDE,
        P.POLICY_EDIT,
        P.CONTRACT_TEMPLATE,
        P.AREA_EDIT,
        P.FACT_IMPORT,
        P.PAY_DEPARTMENT,
        P.PAY_PASSWORD,
        P.RECOVERY_DECIDE,
        P.RECOVERY_SETTLE,
        P.POST_APPROVE,
        P.POST_CLOSE,
        P.HIRE_APPROVE,
        P.COMPLAINANT_VIEW,
        P.OBJECTION_ASSIGN,
        P.PAY_SEND_BACK,
        P.PAY_VOID,
        P.SAMPLE_DRAW,
        P.VISIT_VIEW,
        P.VISIT_RECORD,
        P.PHOTO_REVIEW,
        P.CASE_VIEW,
        P.CASE_INVESTIGATE,
        P.CASE_HEAR,
        P.CASE_DECIDE,
        P.MEASURE_REPORT,
        P.EMPLOYER_BAR,
        P.PAY_WITHHOLD,
        P.NUMBER_VIEW,
        P.COMPLAINT_VIEW,
        P.OBJECTION_ANSWER,
        P.OBJECTION_RECEIVE,
    ),
    "finance_officer": _role(
        _("Finance officer"),
        _("Guards the funds, releases the money, sends it to the bank and reconciles."),
        *SEES,
        P.FUND_EDIT,
        P.RELIEF_SPEND,
        P.PAY_FINANCE,
        P.POST_OPEN,
        P.PAY_SEND_BACK,
        P.PAY_SEND,
        P.PAY_PASSWORD,
        P.PAY_RECONCILE,
        P.RECOVERY_REPAY,
        P.RECOVERY_SETTLE,
        P.CASE_VIEW,
        P.NUMBER_VIEW,
    ),
    "ndrc_officer": _role(
        _("Development and reform officer"),
        _("Answers for work-for-relief projects: plans, minimum shares, acceptance, archive."),
        *SEES,
        P.RELIEF_PLAN,
        P.PAY_DEPARTMENT,
        P.PAY_SEND_BACK,
    ),
    "relief_owner": _role(
        _("Project owner"),
        _("Owns work-for-relief projects: applies, prepares, starts, approves their wages."),
        P.RELIEF_VIEW,
        P.PERSON_VIEW,
        P.NOTICE_VIEW,
        P.RELIEF_OWN,
        P.RELIEF_ROSTER,
        P.RELIEF_REPORT,
        P.RELIEF_SPEND,
        P.WAGE_APPROVE,
    ),
    "relief_contractor": _role(
        _("Contractor or project council"),
        _("Builds a work-for-relief project: keeps its roster, its ledger and its wage lists."),
        P.RELIEF_VIEW,
        P.PERSON_VIEW,
        P.NOTICE_VIEW,
        P.RELIEF_ROSTER,
        P.RELIEF_REPORT,
        P.WAGE_DRAFT,
    ),
    "relief_engineer": _role(
        _("Supervising engineer"),
        _("Checks the works of a project, and each month its labour and wages."),
        P.RELIEF_VIEW,
        P.NOTICE_VIEW,
        P.RELIEF_REPORT,
        P.WAGE_CHECK,
    ),
    "inspector": _role(
        _("Inspector"),
        _("Finds violations and builds cases."),
        *SEES,
        P.DOUBT_VIEW,
        P.DOUBT_DETECT,
        P.DOUBT_VERIFY,
        P.DOUBT_DECIDE,
        P.SAMPLE_DRAW,
        P.VISIT_VIEW,
        P.VISIT_RECORD,
        P.PHOTO_REVIEW,
        P.CASE_VIEW,
        P.CASE_INVESTIGATE,
        P.CASE_HEAR,
        P.CASE_DECIDE,
        P.MEASURE_REPORT,
        P.EMPLOYER_BAR,
        P.PAY_WITHHOLD,
        P.OBJECTION_VERIFY,
        P.NUMBER_VIEW,
        P.COMPLAINT_VIEW,
        P.OBJECTION_RECEIVE,
    ),
    "discipline_viewer": _role(
        _("Discipline and audit viewer"),
        _("Reads everything and changes nothing."),
        *SEES,
        P.DOUBT_VIEW,
        P.COMPLAINANT_VIEW,
        P.VISIT_VIEW,
        P.CASE_VIEW,
        P.LOOK_VIEW,
        P.NUMBER_VIEW,
        P.COMPLAINT_VIEW,
    ),
    "sysadmin": _role(
        _("System administrator"),
        _("Keeps the system running and appoints people; approves nothing."),
        P.APPOINT,
        P.CERTIFICATE_EDIT,
        P.AREA_EDIT,
        P.POLICY_VIEW,
        P.LOOK_VIEW,
    ),
}


def roles_with(permission):
    """The names of the roles that carry a permission."""
    return [name for name, role in ROLES.items() if permission in role.permissions]


def held(permission):
    """A transition permission: the user holds it where the record belongs."""
    return lambda record, user: user.has_perm(permission, record.area_id)


def held_either(*permissions):
    """A transition permission: the user holds one of several where the record belongs."""
    return lambda record, user: any(user.has_perm(p, record.area_id) for p in permissions)
