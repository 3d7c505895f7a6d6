"""F-06 and F-12: a notice as it is printed and hung, with the address at which it can be read."""

from decimal import Decimal

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import translation

from notices.models import Notice
from project.kernel.money import capitals
from project.kernel.printing import Filled, head, paper, workbook
from registry.models import Area

# What hangs says the same on every screen and sheet of paper, so the headings are Chinese here.
HEADINGS = {
    "number": "序号",
    "label": "项目",
    "value": "内容",
    "name": "姓名",
    "sex": "性别",
    "age": "年龄",
    "id_number": "身份证号码",
    "village": "村组",
    "category": "人员类别",
    "post_title": "岗位",
    "duties": "岗位职责",
    "workplace": "工作地点",
    "places": "人数",
    "standard": "补贴标准（元）",
    "starts_on": "协议起",
    "ends_on": "协议止",
    "days_worked": "出勤天数",
    "quantity": "小时（件）数",
    "amount": "补贴金额（元）",
}
FORM_OF = {
    Notice.Kind.RECRUITMENT: "F-06",
    Notice.Kind.HIRE: "F-06",
    Notice.Kind.ATTENDANCE: "F-06",
    Notice.Kind.PAY: "F-12",
    Notice.Kind.PROJECT: "F-06",
}
BODIES = {Area.Level.TOWNSHIP: "人民政府", Area.Level.VILLAGE: "村民委员会"}
UNITS = {"calendar": "天", "working": "个工作日"}


def pdf_of(code, record, by):
    """The notice on paper, as it was frozen."""
    return paper(_filled(code, record, by))


def workbook_of(code, record, by):
    """The same rows as a workbook."""
    return workbook(_filled(code, record, by), by)


def _filled(code, notice, by):
    if code != FORM_OF[notice.kind]:
        raise Http404
    return FILL[code](notice, by)


def any_notice(notice, by):
    """F-06: whatever is on notice, with the columns its lines have."""
    names = _names(notice)
    lines = _numbered(notice)
    rows = [
        {**{name: line.get(name, "") for name in names}, "cells": [line.get(n, "") for n in names]}
        for line in lines
    ]
    return Filled(
        code="F-06",
        number=number_of(notice),
        hash=notice.sha256,
        address=address_of(notice),
        columns=tuple(head(name, HEADINGS[name]) for name in names),
        rows=rows,
        head=_head(notice) | {"headings": [HEADINGS[name] for name in names]},
        foot=_foot(notice, by, rows),
    )


def pay_notice(notice, by):
    """F-12: the frozen list of payments."""
    rows = [
        row | {"days_worked": Decimal(row["days_worked"]), "amount": Decimal(row["amount"])}
        for row in _numbered(notice)
    ]
    total = sum((row["amount"] for row in rows), Decimal("0.00"))
    return Filled(
        code="F-12",
        number=number_of(notice),
        hash=notice.sha256,
        address=address_of(notice),
        columns=tuple(
            head(name, HEADINGS[name])
            for name in ("name", "id_number", "post_title", "days_worked", "amount")
        ),
        rows=rows,
        head=_head(notice) | {"month": notice.content.get("month", "")},
        foot=_foot(notice, by, rows) | {"amount": total, "amount_capitals": capitals(total)},
    )


def number_of(notice):
    return f"{notice.area_id}-{notice.pk}"


def address_of(notice):
    """Where anybody reads the notice, as its QR code says it."""
    return settings.SITE_ADDRESS + reverse("board-notice", args=[notice.pk])


def _names(notice):
    said = {name for row in notice.content["rows"] for name in row} | {"number"}
    return [name for name in HEADINGS if name in said]


def _numbered(notice):
    rows = notice.content["rows"]
    return [{**row, "number": n} for row, n in zip(rows, notice.line_numbers(), strict=True)]


def _head(notice):
    with translation.override("zh-hans"):
        kind = str(notice.get_kind_display())
    return {
        "title": notice.title,
        "kind": kind,
        "text": notice.content.get("text", ""),
        "unit_name": _office(notice.area),
        "posted_on": notice.posted_on,
        "ends_on": notice.ends_on,
        "days_posted": notice.days,
        "unit": UNITS[notice.unit],
    }


def _office(area):
    body = BODIES.get(area.level, "")
    return area.name if area.name.endswith(body) else f"{area.name}{body}"


def _foot(notice, by, rows):
    return {
        "people": len(rows),
        "office": _office(notice.area),
        "phone": by.phone,
        "email": by.email,
    }


FILL = {"F-06": any_notice, "F-12": pay_notice}
