"""F-16: the approval of one person's exit, with the opinions it rests on."""

from django.db.models import Sum

from contracts.papers import office_of
from project.kernel.models import Event
from project.kernel.months import Month, today
from project.kernel.printing import Filled, head, paper, workbook

COLUMNS = (
    head("name", "姓名"),
    head("id_number", "身份证号", "id"),
    head("post_title", "岗位"),
    head("starts_on", "上岗时间", "date"),
    head("last_day", "退岗时间", "date"),
    head("reason_code", "退岗原因代码"),
    head("reason", "退岗原因"),
    head("explanation", "说明"),
    head("amount", "结算金额", "amount"),
    head("insurance", "保险处理"),
)
# Papers are Chinese whatever language the screens are in.
REASONS = {
    "E01": "协议期满",
    "E02": "本人自愿退出",
    "E03": "已稳定就业或外出务工",
    "E04": "办理营业执照或成为股东",
    "E05": "超龄",
    "E06": "死亡或宣告失踪",
    "E07": "身体原因不能坚持",
    "E08": "户口迁出、入学或服兵役",
    "E09": "违法犯罪",
    "E10": "考核不合格",
    "E11": "旷工超限",
    "E12": "顶岗替岗、人岗不符",
    "E13": "虚假材料",
    "E14": "身份不符",
    "E15": "重复享受、一人多岗或一户多岗",
    "E16": "岗位撤销",
    "E17": "补贴年限届满",
    "E18": "不服从管理",
    "E19": "其他",
}


def pdf_of(code, record, by):
    """The approval on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """The approval as a workbook."""
    return workbook(FILL[code](record, by), by)


def approval(exit_, by):
    """F-16: who leaves, why, what is settled, and who said what about it."""
    return Filled(
        code="F-16",
        number=f"{exit_.area_id}-{exit_.pk}",
        columns=COLUMNS,
        rows=[_row(exit_)],
        head={"unit_name": office_of(exit_.area), "filled_on": today()},
        foot={
            "statement": exit_.statement,
            "proof": exit_.proof,
            "finding": exit_.finding,
            "proposed_by": Event.objects.name_of(exit_.proposed_by, exit_, "propose"),
            "proposed_on": exit_.proposed_on,
            "notified_on": exit_.notified_on,
            "heard_on": exit_.heard_on,
            "approved_by": Event.objects.name_of(exit_.approved_by, exit_, "approve"),
            "approved_on": exit_.approved_on,
            "settlement": exit_.settlement,
            "follow_up": exit_.follow_up,
        },
    )


def _row(exit_):
    contract = exit_.contract
    return {
        "name": contract.person.name,
        "id_number": contract.person.id_number,
        "post_title": contract.title,
        "starts_on": contract.starts_on,
        "last_day": exit_.last_day,
        "reason_code": exit_.reason,
        "reason": REASONS[exit_.reason],
        "explanation": exit_.explanation,
        "amount": settled_amount(exit_),
        "insurance": _insurance(exit_),
    }


def settled_amount(exit_):
    """What arrived at the bank for the last month; None while nothing has."""
    lines = exit_.contract.pay_lines.filter(standing=True, month=Month.of(exit_.last_day))
    return lines.with_state().filter(state="paid").aggregate(sum=Sum("amount"))["sum"]


def _insurance(exit_):
    """How each cover of the worker stands to the last day."""
    covers = exit_.contract.person.covers.select_related("policy").order_by("starts_on")
    return "；".join(f"{cover.policy.number} 保至{cover.ends_on}" for cover in covers)


FILL = {"F-16": approval}
