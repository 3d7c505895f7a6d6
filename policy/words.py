"""Every rule code in words that an office uses; a code nobody has named yet stands as itself."""

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

TITLES = {
    "contract.max_term_months": _("Longest term of a contract (months)"),
    "contract.sign_link_hours": _("Hours a link to sign a contract is valid"),
    "insurance.mandatory": _("Accident insurance is mandatory"),
    "insurance.kind": _("Kind of insurance needed"),
    "insurance.age_max": _("Oldest age an insurer takes"),
    "insurance.premium_max": _("Highest premium for one person"),
    "insurance.fund_share_max": _("Share of a fund that may buy insurance"),
    "insurance.announce_days": _("Days ahead of which a gap in cover is announced"),
    "claim.report_hours": _("Hours in which an accident is reported"),
    "claim.papers": _("Papers a claim needs"),
    "age.min": _("Minimum age"),
    "age.max": _("Maximum age"),
    "age.max_relaxed": _("Maximum age with a proof of fitness"),
    "household.max_active": _("Posts a household may hold"),
    "household.job_offers": _("Job offers a zero-employment household is given"),
    "exclude.cadre_family": _("Cadres' families are excluded"),
    "exclude.facts": _("Records that exclude a person"),
    "exclude.ranger_disability_grades": _("Disability grades excluded from ranger posts"),
    "residence.min_months": _("Months of residence needed"),
    "fund.categories": _("Categories of people a fund pays for"),
    "publicity.hire": _("Length of the notice of hires"),
    "publicity.recruitment": _("Length of the notice of recruitment"),
    "publicity.attendance": _("Length of the notice of attendance"),
    "publicity.pay": _("Length of the notice of payments"),
    "publicity.wages": _("Least length of the notice of attested wages"),
    "notice.photos": _("Notices that need photos"),
    "notice.township_hire": _("Hires are also put on notice by the township"),
    "objection.answer_days": _("Working days to answer an objection"),
    "application.answer_days": _("Working days to take an application up or decline it"),
    "attendance.evidence_level": _("Evidence a day needs to count"),
    "attendance.required_days": _("Days a month requires"),
    "attendance.village_day": _("Day on which the village reports"),
    "attendance.max_accuracy_metres": _("Accuracy a place needs, in metres"),
    "attendance.max_drift_seconds": _("How far a phone's clock may be wrong, in seconds"),
    "attendance.max_late_upload_hours": _("Hours until a check-in counts as sent late"),
    "attendance.fence_slack_metres": _("Metres outside the fence that raise no doubt"),
    "attendance.flags_that_wait": _("Doubts that keep a day waiting for a look"),
    "phone.card_hours": _("Hours a card that lets a phone in is valid"),
    "attendance.manual_max_share": _("Share of a month's days that may be corrected"),
    "attendance.book_max_share": _("Share of a month's days that may rest on the book alone"),
    "substitute.allowed": _("Registered substitutes are allowed"),
    "leave.max_days_each": _("Days one leave may last"),
    "leave.max_days_year": _("Days of leave in a year"),
    "leave.lowers_required_days": _("Kinds of leave taken off the days required"),
    "contract.part_month_lowers_required_days": _(
        "Days before and after the contract are taken off the days required"
    ),
    "attendance.township_day": _("Day of the next month on which the township reports"),
    "absence.deduct_per_day": _("Deduction for a day of absence"),
    "assessment.mode": _("How a month's work is assessed"),
    "assessment.shares": _("Points of the village, the township and the review"),
    "assessment.grades": _("Least points for a grade"),
    "assessment.consecutive_fails": _("Unqualified months in a row after which a person leaves"),
    "assessment.appeal_days": _("Days in which a worker may appeal against a grade"),
    "grade.bonus": _("Bonus for an excellent month (yuan)"),
    "grade.deduction": _("Deduction for an unqualified month (yuan)"),
    "grade.factor": _("Factor on the pay of a month by its grade"),
    "subsidy.cap": _("Most that is paid for a month"),
    "subsidy.floor": _("Least that is paid for a whole month"),
    "subsidy.social_insurance": _("Subsidy for social insurance, by the kind of contract"),
    "attendance.min_days": _("Fewest days of a month"),
    "attendance.max_hours_day": _("Most hours a day that are paid"),
    "attendance.max_days": _("Most days a month that are paid by the hour"),
    "subsidy.max_months": _("Subsidised months a person may have"),
    "subsidy.near_retirement_years": _("Years before retirement that lift this limit"),
    "subsidy.near_retirement_at": _("When the years before retirement are counted"),
    "placement.max": _("Times a person may be placed"),
    "hire.priority": _("Points of priority"),
    "hire.appraisal_share": _("Share of votes an applicant needs"),
    "hire.job_offers": _("Job offers before a public post"),
    "post.forbidden_types": _("Types of post that are not allowed"),
    "post.quota": _("Places a township may have"),
    "post.parity_tolerance": _("How far like posts may differ in pay"),
    "post.review_days_township": _("Working days for the township's review"),
    "post.review_days_county": _("Working days for the county's approval"),
    "post.review_months": _("Months after which a post is approved anew"),
    "post.refill_days": _("Days in which a vacated post is advertised"),
    "renewal.requires_publicity": _("Renewals are put on notice"),
    "exit.report_days": _("Days in which a vacancy is reported"),
    "exit.statement_days": _("Days for a statement before a disciplinary exit"),
    "exit.announce_days": _("Days ahead of which an end is announced"),
    "payroll.compare": _("Other departments are asked before a month is confirmed"),
    "payroll.stage_days": _("Days after month's end for each stage of payment"),
    "payroll.second_from": _("Amounts from which two people of an office sign (yuan)"),
    "anomaly.phone_people": _("People with one phone from which on a run is looked at"),
    "bank.encrypt": _("Bank files leave locked, their password by another way"),
    "bank.password_days": _("Days the password of a locked bank file is kept for its reader"),
    "suspension.lowers_required_days": _("Suspended days are taken off the days required"),
    "case.recover_days": _("Days in which a recovery is paid"),
    "recovery.offset_share_max": _("Share of later pay that may be kept back"),
    "relief.min_share": _("Least labour share of a project's fund"),
    "relief.relocated_min_share": _("Least share of relocated people on a roster"),
    "relief.rate_min": _("Lowest rates of a project's labour (yuan)"),
    "relief.pay_cycle_days": _("Days after the month in which a project's wages arrive"),
    "relief.publicity": _("Length of the notice of a project"),
    "relief.plan_forward_days": _("Working days to hand a project's plan on"),
    "relief.card_grace_days": _("Days after the first in which a card may still come"),
    "relief.progress_ahead_points": _("Points by which works may be ahead of the labour paid"),
    "relief.archive_papers": _("Papers in a project's archive"),
    "local.minimum_wage": _("Local minimum wage"),
}


def title_of(code):
    """A rule code in words."""
    return str(TITLES.get(code, code))


def value_in_words(value):
    """A rule's value as people read it: yes and no, lists, and the parts of a structured value."""
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if isinstance(value, list):
        return "、".join(value_in_words(part) for part in value)
    if isinstance(value, dict):
        return "；".join(f"{_part(name)} {value_in_words(part)}" for name, part in value.items())
    return str(PARTS.get(value, value)) if isinstance(value, str) else str(value)


def _part(name):
    return str(PARTS.get(name, name))


PARTS = {
    "days": _("days"),
    "unit": _("counted in"),
    "calendar": _("calendar days"),
    "working": _("working days"),
    "mode": _("counted"),
    "fixed": _("as a fixed number"),
    "workdays": _("by the month's working days"),
    "x_minimum_wage": _("times the minimum wage"),
    "accident": _("accident insurance"),
    "work_injury": _("work-injury insurance of the project"),
    "id_card": _("ID card"),
    "diagnosis": _("diagnosis"),
    "case_notes": _("medical record"),
    "invoice": _("medical invoices"),
    "account": _("account of the accident"),
    "at_work": _("proof of being at work"),
    "bank_card": _("bank card"),
    "death": _("death certificate"),
    "personal": _("personal leave"),
    "sick": _("sick leave"),
    "injury": _("leave after a work injury"),
    "training": _("training"),
    "official": _("official leave"),
    "off": _("not assessed"),
    "score": _("by points of three sides"),
    "grade": _("by a grade alone"),
    "warn": _("with a warning"),
    "must": _("always"),
    "free": _("not asked for"),
    "village": _("village"),
    "township": _("township"),
    "review": _("democratic review"),
    "department": _("department"),
    "finance": _("finance"),
    "excellent": _("excellent"),
    "qualified": _("qualified"),
    "unqualified": _("unqualified"),
}
