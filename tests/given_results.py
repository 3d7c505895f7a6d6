"""The bank's answer to a run, as a file that goes in."""

from datetime import date

from payroll import correction_flows
from payroll.models import Correction, PayRun
from project.kernel.steps import do
from tests import given
from tests.project.ledgers import taken_in

FAILED = {"状态": "失败", "失败原因": "账户已销户", "入账日期": ""}


def answer(line, **cells):
    """What the bank says of a line: credited, unless told otherwise."""
    return {
        "批次号": line.file.number,
        "行号": line.number,
        "账号": line.line.account.number,
        "姓名": line.line.person.name,
        "金额": line.line.amount,
        "状态": "成功",
        "失败原因": "",
        "入账日期": date(2026, 11, 20),
        "流水号": f"S{line.number}",
    } | cells


def sent_lines(run):
    lines = run.files.get().lines.select_related("line__account", "line__person", "file")
    return list(lines.order_by("number"))


def answered(run, by, back=()):
    """The whole run answered; the lines with these numbers came back."""
    rows = [answer(x, **(FAILED if x.number in back else {})) for x in sent_lines(run)]
    return taken_in("bank-results", *rows, by=by)


def two_came_back(holders=4):
    """A run of which the bank returned the first two lines."""
    scene = given.scene(holders=holders)
    scene.run = given.pay_run(scene, "sent")
    answered(scene.run, scene.staff.finance_officer, back=(1, 2))
    scene.back = list(scene.run.lines.order_by("number")[:2])
    return scene


def proposed(scene, line, number=None, **facts):
    """A correction that waits for its second person."""
    n = number or f"62173330{next(given.number):011d}"
    facts = {"way": "account", "number": n, "holder": line.person.name} | facts
    return correction_flows.propose(
        line=line,
        by=scene.staff.township_officer,
        bank="示例县农商行",
        reason="旧卡已注销",
        **facts,
    )


def confirmed(scene, *lines, **facts):
    """Corrections that a second person has confirmed, and the run that pays again."""
    for line in lines:
        do(proposed(scene, line, **facts), "confirm", by=scene.staff.township_reviewer)
    return PayRun.objects.filter(corrects=scene.run).order_by("pk").last()


def pending(line, by):
    """A correction as it stands on the pages, whatever the bank said."""
    return Correction.objects.create(
        area=line.run.area,
        line=line,
        way=Correction.Way.WRITE_BACK,
        voucher="财20261120-3",
        reason="已退回",
        proposed_by=by,
    )
