"""Every address of the site, found in the URLconf, filled in with the records of a scene."""

from datetime import date
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, get_resolver, reverse
from django.utils.timezone import now

from attendance.models import Device, Sheet
from contracts.models import ContractTemplate, InsurancePolicy
from notices.models import Notice
from notices.services import post
from payroll.models import Hold, PayLine
from policy.models import Allocation, Fund
from posts.models import Appraisal, Hire, Post, Recruitment
from project.kernel.models import Identity, Job, SignIn
from project.kernel.months import today
from project.kernel.roles import ROLES
from project.kernel.steps import FLOWS
from registry import tokens
from registry.portraits import add_portrait
from tests import (
    given,
    given_applications,
    given_bars,
    given_cases,
    given_changes,
    given_comparisons,
    given_days,
    given_disposals,
    given_doubts,
    given_exits,
    given_files,
    given_grades,
    given_insurance,
    given_notices,
    given_phones,
    given_posts,
    given_proofs,
    given_recoveries,
    given_relief_pages,
    given_results,
    given_signing,
    given_visits,
    given_wages,
)
from tests.given_phones import Phone


def whole():
    """A township with one record of every kind, as far as the bank file, and a run in progress."""
    scene = given.scene(holders=3)
    officer = scene.staff.township_officer
    scene.disposal = given_disposals.on_file(scene.place)
    given.fact(scene.contracts[0].person, officer)
    scene.run = given.pay_run(scene, "sent")
    scene.sheet = Sheet.objects.get()
    contract = scene.contracts[0]
    scene.post = post_of(contract)
    scene.hire = Hire.objects.create(
        area=contract.area, post=scene.post, person=contract.person, applied_on=contract.starts_on
    )
    scene.recruitment, scene.appraisal, scene.delegation = called(scene), met(scene), away(scene)
    scene.application = given_applications.sent(scene.recruitment)
    scene.sign_in = SignIn.objects.create(user=officer, digest="0" * 64, seen_at=now())
    scene.identity, scene.token = proven(officer)
    scene.job = Job.objects.create(kind="payroll.prepare", title="李四的月份", by=officer)
    funded(scene)
    scene.compared = given_comparisons.one_of_each(scene)
    scene.recovery = given_recoveries.on_file(scene.run.lines.last(), officer)
    scene.locked = given_files.locked(scene, scene.run)
    scene.correction = given_results.pending(scene.run.lines.last(), officer)
    scene.notice, scene.insuring = hung(scene), given_insurance.one_of_each(scene)
    scene.leaving = given_exits.one_of_each(scene)
    scene.changes, scene.days = given_changes.one_of_each(scene), given_days.one_of_each(scene)
    scene.grades, scene.signing = given_grades.one_of_each(scene), given_signing.one_of_each(scene)
    scene.relief = given_wages.one_of_each(given_relief_pages.one_of_each(scene))
    scene.bar = given_bars.bar(scene.place.county, officer)
    scene.doubt = given_doubts.doubt(contract, officer)
    inspector = given.user("inspector", at=scene.place.county)
    scene.case = given_cases.one_of_each(contract, inspector)
    scene.round = given_visits.plan(scene.place.town, inspector, steps=["draw"])
    Phone(contract.person, clerk=scene.staff.village_clerk)
    scene.scan = given_posts.scan(contract, officer)
    scene.portrait = portrait(contract.person, officer)
    scene.photo = given_notices.photo(scene.notice, officer)
    scene.objection = given_notices.objection(scene.notice, text="李四0当月不在村")
    return scene


def proven(officer):
    """What an officer has beside a password: an authenticator, an account elsewhere, a token."""
    given_proofs.authenticator(officer)
    token, _secret = tokens.issue(officer, by=officer, name="李四的程序")
    return Identity.objects.create(user=officer, subject="李四"), token


def portrait(person, by):
    """The picture taken at enrolment."""
    picture = SimpleUploadedFile("p.jpg", given_phones.picture("face"))
    return add_portrait(person, by=by, picture=picture, taken_on=today())


def funded(scene):
    """Money of the year for the township."""
    Allocation.objects.create(
        fund=Fund.objects.get(pk="employment"),
        area=scene.place.town,
        year=2026,
        amount=90000,
        document="李四财〔2026〕1号",
        added_by=scene.staff.finance_officer,
    )


def away(scene):
    """Somebody of the village who is away, and who stands in."""
    absent, near = (given.user("village_clerk", at=scene.contracts[0].area) for _side in "ab")
    return given.delegation(absent, near, "village_clerk")


def called(scene):
    """A call for applicants, under way."""
    return Recruitment.objects.create(
        area=scene.contracts[0].area,
        post=scene.post,
        notice=scene.run.notice,
        places=1,
        opens_on=date(2026, 11, 1),
        closes_on=date(2026, 11, 9),
        called_by=scene.staff.township_officer,
    )


def met(scene):
    """A meeting that voted."""
    return Appraisal.objects.create(
        area=scene.contracts[0].area,
        held_on=date(2026, 11, 8),
        place="李四家",
        host="李四",
        recorder="李四",
        expected=9,
        present=9,
        signatures="李四",
        recorded_by=scene.staff.township_officer,
    )


def hung(scene):
    """A notice of names that hangs by itself."""
    return post(
        by=scene.staff.township_officer,
        kind=Notice.Kind.HIRE,
        area=scene.place.town,
        title="李四等三人拟聘公示",
        content={
            "rows": [
                {"number": 1, "name": "李四0", "id_number": scene.contracts[0].person.masked_id}
            ]
        },
        on=date(2026, 11, 20),
        length="publicity.hire",
    )


def post_of(contract):
    """The post that a contract's terms are of."""
    return Post.objects.create(
        area=contract.area,
        number="P-1",
        title=contract.title,
        post_type="保洁保绿",
        department=contract.department,
        fund=contract.fund,
        standard=contract.standard,
        starts_on=contract.starts_on,
    )


def everything(at):
    """Somebody with every role in an area: what they do not see, no role shows."""
    user = given.user(name="全能者")
    for role in ROLES:
        given.appoint(user, role, at)
    return user


def records(scene):
    """The argument of each address that asks for one, by the address's name."""
    contract = scene.contracts[0]
    run, sheet, line = scene.run, scene.sheet, PayLine.objects.order_by("number").first()
    paper = {"kind": "payrun", "pk": run.pk, "code": "F-11"}
    return (
        of_scenes(scene)
        | of_people(scene)
        | {
            "job": {"pk": scene.job.pk},
            "board-apply": {"pk": scene.recruitment.notice_id},
            "board-notice": {"pk": scene.notice.pk},
            "paper": paper,
            "paper-workbook": paper,
            "notices:notice": {"pk": scene.notice.pk},
            "notices:notice-step": {"pk": scene.notice.pk, "step": "certify"},
            "notices:notice-bulk": {"step": "certify"},
            "notices:noticephoto": {"pk": scene.photo.pk},
            "notices:photo-add": {"pk": scene.notice.pk},
            "notices:objection-add": {"pk": scene.notice.pk},
            "notices:objection": {"pk": scene.objection.pk},
            "notices:objection-who": {"pk": scene.objection.pk},
            "notices:objection-step": {"pk": scene.objection.pk, "step": "assign"},
            "notices:objection-bulk": {"step": "close"},
            "objection-receipt": {"code": scene.objection.code},
            "attendance:sheet": {"pk": sheet.pk},
            "attendance:device": {"pk": Device.objects.get().pk},
            "attendance:device-end": {"pk": Device.objects.get().pk},
            "attendance:phone-card": {"pk": contract.person_id},
            "phone-in": {"secret": scene.signing.secret},
            "attendance:sheet-days": {"pk": sheet.pk},
            "payroll:payrun": {"pk": run.pk},
            "payroll:payline": {"pk": line.pk},
            "payroll:hold": {"pk": Hold.objects.first().pk},
            "payroll:correction": {"pk": scene.correction.pk},
            **given_files.addresses(scene.locked),
            "policy:policydocument": {"pk": scene.place.document.pk},
            "policy:successor": {"pk": scene.place.document.pk},
        }
    )


def of_people(scene):
    """The addresses about somebody, and those of sessions."""
    contract = scene.contracts[0]
    return {
        "sessions-end": {"pk": scene.sign_in.user_id},
        "session-end": {"pk": scene.sign_in.pk},
        "second-factor-end": {"pk": scene.sign_in.user_id},
        "token-revoke": {"pk": scene.token.pk},
        "identity-unbind": {"pk": scene.identity.pk},
        "registry:person": {"pk": contract.person_id},
        "registry:account": {"pk": contract.person_id},
        "registry:numbers": {"pk": contract.person_id},
        "registry:looks": {"pk": contract.person_id},
        "changes": {"kind": "registry.person", "pk": contract.person_id},
        "registry:portrait-add": {"pk": contract.person_id},
        "registry:portrait": {"pk": contract.person_id, "number": scene.portrait.pk},
        "registry:consent-add": {"pk": contract.person_id},
        "registry:consent-withdraw": {"pk": contract.person_id},
        "registry:household": {"pk": contract.person.household_id},
        "registry:area": {"pk": contract.area_id},
    }


def of_scenes(scene):
    """The addresses that the other scenes tell themselves, and the steps of the house's own."""
    run, sheet, contract = scene.run, scene.sheet, scene.contracts[0]
    found = steps(run, sheet, contract, scene.post, scene.hire, scene.notice, scene.application)
    found |= given_insurance.addresses(*scene.insuring)
    found |= steps(scene.correction, scene.recovery)
    found["payroll:recovery"] = {"pk": scene.recovery.pk}
    found["notices:complaint-poster"] = {"code": contract.area_id}
    found["payroll:supplement"] = {"pk": run.pk}
    found["payroll:kept-preview"] = {"pk": scene.job.pk}
    found |= contracts(scene) | hiring(scene) | given_exits.addresses(scene.leaving)
    found |= given_changes.addresses(*scene.changes)
    found |= given_days.addresses(scene.days) | given_doubts.addresses(scene.doubt)
    found |= given_bars.addresses(scene.bar) | given_disposals.addresses(scene.disposal)
    found |= given_comparisons.addresses(*scene.compared) | given_visits.addresses(scene.round)
    found |= given_grades.addresses(*scene.grades) | given_cases.addresses(*scene.case)
    found |= given_signing.addresses(scene.signing)
    found |= given_relief_pages.addresses(scene.relief) | given_wages.addresses(scene.relief)
    return found


def hiring(scene):
    """The addresses of posts and of the ways onto them."""
    contract = scene.contracts[0]
    return {
        "posts:post": {"pk": scene.post.pk},
        "posts:post-amend": {"pk": scene.post.pk},
        "posts:hire": {"pk": scene.hire.pk},
        "posts:application": {"pk": scene.application.pk},
        "posts:application-register": {"pk": scene.application.pk},
        "posts:ranking": {"pk": scene.post.pk},
        "posts:call": {"pk": scene.post.pk},
        "posts:apply": {"pk": scene.post.pk},
        "posts:apply-register": {"pk": scene.post.pk},
        "posts:apply-person": {"pk": scene.post.pk, "person": contract.person_id},
        "posts:recruitment": {"pk": scene.recruitment.pk},
        "posts:appraisal": {"pk": scene.appraisal.pk},
        "posts:meeting": {"village": contract.area_id},
    }


def contracts(scene):
    """The addresses of a contract, of its paper and of the insurance behind it."""
    contract, policy = scene.contracts[0], InsurancePolicy.objects.first()
    return {
        "policy:delegation-end": {"pk": scene.delegation.pk},
        "holdings": {"pk": scene.delegation.absent_id},
        "holdings-leave": {"pk": scene.delegation.absent_id},
        "holdings-call-off": {"pk": scene.delegation.absent_id},
        "holdings-open": {"pk": scene.delegation.absent_id},
        "holdings-office": {"code": scene.contracts[0].area_id},
        "contracts:contract": {"pk": contract.pk},
        "contracts:insurancepolicy": {"pk": policy.pk},
        "contracts:enrol": {"pk": policy.pk},
        "contracts:insure": {"pk": contract.pk},
        "contracts:contractscan": {"pk": scene.scan.pk},
        "contracts:contractpaper": {"pk": scene.signing.paper.pk},
        "contracts:paper-anew": {"pk": scene.signing.contract.pk},
        "contracts:contracttemplate": {"pk": ContractTemplate.objects.first().pk},
    }


def steps(*records):
    """The addresses of one step of each record that has any, alone and in bulk."""
    found = {}
    for record in records:
        name = record._meta.label_lower.replace(".", ":")
        step = next(iter(FLOWS[type(record)].verbs)) if type(record) in FLOWS else "none"
        found[f"{name}-step"] = {"pk": record.pk, "step": step}
        found[f"{name}-bulk"] = {"step": step}
    return found


def addresses(scene):
    """(name, address, asks) of every page; an address nobody told how to fill in is a failure."""
    known, found = records(scene), {}
    for name, pattern in walked(get_resolver().url_patterns):
        if name.startswith("api"):
            continue
        asks = bool(pattern.pattern.converters)
        arguments = known.get(name)
        if asks and arguments is None and name.startswith("import-"):
            arguments = {"key": "0" * 32}
        if asks and arguments is None:
            raise AssertionError(f"tests/pages/house.py does not say how “{name}” is reached.")
        found[name] = SimpleNamespace(
            name=name, url=reverse(name, kwargs=arguments or {}), asks=asks
        )
    return list(found.values())


def walked(patterns, before=""):
    """Every pattern with its full name."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{before}{pattern.name}", pattern
        else:
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from walked(pattern.url_patterns, before + space)
