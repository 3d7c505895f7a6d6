"""Printed forms: from a template and plain facts to a PDF that every reader shows alike."""

import calendar
import gc
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple

import segno
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint import CSS, HTML, Attachment
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from project.kernel import fonts
from project.kernel.fonts import missing_characters
from project.kernel.masking import mask_id
from project.kernel.signing.fields import Box

__all__ = [
    "FORMS",
    "Form",
    "archived",
    "filled_in",
    "is_whole",
    "missing_characters",
    "month_grid",
    "pdf",
    "printed",
    "qr_image",
    "taken_by",
]
SCREEN = "sRGB2014.icc"
POINT = 0.75  # of a pixel, in which places on a page are told

# Who takes a paper out of the house, and whether they may see whole numbers; what the house prints
# for itself, such as an archive, is taken out by nobody and is whole.
_taken_by: ContextVar[tuple[str, bool]] = ContextVar("paper_taken_by", default=("", True))

# Pango's font map belongs to one thread at a time.
_press_lock = threading.Lock()


class Form(NamedTuple):
    """One numbered form of the office and the sheet of paper it is printed on."""

    template: str
    title: str
    landscape: bool = False
    public: bool = False


FORMS = {
    "F-01": Form("print/f01_post_request.html", "乡村公益性岗位需求申报表"),
    "F-02": Form("print/f02_call.html", "乡村公益性岗位招聘公告"),
    "F-03": Form("print/f03_application.html", "乡村公益性岗位申请（报名）登记表"),
    "F-04": Form("print/f04_votes.html", "民主评议记录"),
    "F-06": Form("print/notice.html", "公示", public=True),
    "F-07": Form("print/f07_holders.html", "乡村公益性岗位人员花名册", landscape=True),
    "F-08": Form("print/f08_training.html", "岗前培训签到表"),
    "F-09": Form("print/f09_attendance.html", "乡村公益性岗位考勤表", landscape=True),
    "F-10": Form("print/f10_assessment.html", "月度考核表", landscape=True),
    "F-11": Form(
        "print/f11_days_and_amounts.html",
        "乡村公益性岗位出勤天数和拟拨付岗位补贴金额汇总表",
        landscape=True,
    ),
    "F-12": Form("print/f12_pay_notice.html", "乡村公益性岗位补贴发放公示表", public=True),
    "F-13": Form("print/f13_pay_approval.html", "乡村公益性岗位补贴发放审批表"),
    "F-14": Form("print/f14_pay_details.html", "乡村公益性岗位补贴发放明细表", landscape=True),
    "F-16": Form("print/f16_exit.html", "乡村公益性岗位人员退岗（解聘）审批表"),
    "F-17": Form("print/f17_vacancy.html", "空岗报告单"),
    "F-18": Form("print/f18_insured.html", "意外险投保清单", landscape=True),
    "F-19": Form("print/f19_visit.html", "现场检查记录表"),
    "F-20": Form("print/f20_doubt.html", "疑点核查表"),
    "F-21": Form("print/f21_decision.html", "问题处置决定书（整改通知书）"),
    "F-22": Form("print/f22_recovery.html", "追缴通知书及追缴台账"),
    "F-23": Form("print/f23_organisation.html", "以工代赈群众务工组织方案"),
    "F-24": Form("print/f24_signboard.html", "以工代赈项目公示牌", public=True),
    "F-25": Form("print/f25_roster.html", "以工代赈项目用工名册", landscape=True),
    "F-26": Form("print/f26_ledger.html", "以工代赈项目用工考勤台账", landscape=True),
    "F-27": Form("print/f27_wages.html", "务工人员名单及劳务报酬发放表", landscape=True),
    "F-28": Form("print/f28_wage_notice.html", "劳务报酬发放公示表", public=True),
    "F-29": Form("print/f29_courses.html", "以工代赈项目技能培训台账"),
    "F-30": Form("print/f30_acceptance.html", "以工代赈项目验收表（含劳务报酬落实）"),
    "F-32": Form("print/f32_card.html", "乡村公益性岗位工作证（明白卡）"),
    "F-33": Form("print/f33_pay_slip.html", "个人补贴明细单"),
    "F-34": Form("print/f34_disposal.html", "档案销毁清册"),
    "F-35": Form("print/f35_looks.html", "个人信息查阅记录"),
}


@contextmanager
def taken_by(person, *, whole):
    """Every form made in this block bears who takes it out; unless `whole`, numbers are masked."""
    before = _taken_by.set((str(person), whole))
    try:
        yield
    finally:
        _taken_by.reset(before)


def is_whole():
    """Whether whoever takes a form out may see whole numbers on it."""
    return _taken_by.get()[1]


def printed(code, context) -> bytes:
    """The PDF of one numbered form; its template says in its first comment what it must know."""
    form = FORMS[code]
    if form.public:
        # Masked here as well as where the rows are gathered: a slip cannot be taken off the wall.
        rows = [
            {**row, "id_number": mask_id(row["id_number"])} if "id_number" in row else row
            for row in context["rows"]
        ]
        # It hangs for everybody, so that nobody took it out.
        context = {**context, "rows": rows, "taken_by": ""}
    return pdf(form.template, context, title=form.title, landscape=form.landscape)


def pdf(template, context, *, title, landscape=False) -> bytes:
    """A paged A4 document in Chinese. Nothing is fetched from a network to make it."""
    address = context.get("form", {}).get("qr")
    page = {
        "taken_by": _taken_by.get()[0],
        **context,
        "title": title,
        "landscape": landscape,
        "qr_image": qr_image(address) if address else "",
    }
    html = filled_in(template, page)
    with _press_lock:
        style, font_config = _press()
        return HTML(string=html, url_fetcher=_LocalOnly()).write_pdf(
            stylesheets=[style], font_config=font_config
        )


def filled_in(template, context):
    """A form with its facts; papers are Chinese whatever language the clerk reads screens in."""
    with translation.override("zh-hans"):
        return render_to_string(template, context)


def archived(html, *, data, made_at, squeeze=True):
    """A paper to keep for decades (PDF/A-3a), `data` attached, and where its named places lie.

    A place is whatever has an id; the boxes are those in which people sign.
    """
    with _press_lock:
        style, font_config = _press()
        pages = HTML(string=html, url_fetcher=_LocalOnly()).render(
            stylesheets=[style], font_config=font_config
        )
        # By a profile of our own: WeasyPrint leaves the file of its own open.
        pages.color_profiles[SCREEN] = ColorProfile(
            BytesIO(_srgb()), SCREEN, "relative-colorimetric", (["r"], ["g"], ["b"])
        )
        pdf = pages.write_pdf(
            pdf_variant="pdf/a-3a",
            uncompressed_pdf=not squeeze,
            output_intent=SCREEN,
            attachments=[_attached(data, made_at)],
            finisher=_attached_once,
        )
    return pdf, dict(_places(pages.pages))


@cache
def _srgb():
    return (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


def _attached(data, made_at):
    moment = made_at.astimezone(UTC)
    return Attachment(
        string=data,
        name="contract.json",
        description="合同数据",
        relationship="Data",
        created=moment,
        modified=moment,
    )


def _attached_once(_pages, pdf):
    # WeasyPrint names an attachment of a PDF/A twice.
    pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])


def _places(pages):
    for number, page in enumerate(pages):
        for name, (left, top, right, foot) in page.anchors.items():
            edges = (left, page.height - foot, right, page.height - top)
            yield name, Box(number, *(edge * POINT for edge in edges))


def qr_image(text) -> str:
    """A QR code as an SVG data address, sharp at any size of print."""
    return segno.make(text, error="m", micro=False).svg_data_uri(border=0, scale=4)


def month_grid(month: date) -> list[dict]:
    """The 31 columns of an attendance sheet; a day that the month lacks has no weekday."""
    last = calendar.monthrange(month.year, month.month)[1]
    return [
        {"day": day, "weekday": "一二三四五六日"[month.replace(day=day).weekday()]}
        if day <= last
        else {"day": day, "weekday": ""}
        for day in range(1, 32)
    ]


class _LocalOnly(URLFetcher):
    """Reads files and data addresses, and stops the printing at anything else."""

    def __init__(self):
        super().__init__(allowed_protocols={"file", "data"}, allow_redirects=False)

    def fetch(self, url, headers=None):
        # WeasyPrint would print on without the picture; a form that lacks a part is no form.
        try:
            return super().fetch(url, headers)
        except (ValueError, OSError) as reason:
            raise FatalURLFetchingError(
                f"A printed form cannot use {url[:200]}: {reason}"
            ) from reason


@cache
def _press():
    # Reading the fonts takes longer than a page, so each process does it once.
    font_config = FontConfiguration()
    faces = {"serif": fonts.serif().as_uri(), "sans": fonts.sans().as_uri()}
    sheet = render_to_string("print/print.css", faces)
    style = CSS(string=sheet, font_config=font_config, url_fetcher=_LocalOnly())
    # A page leaves so much behind that every other one had the whole process searched for garbage,
    # which took as long as the page; what is kept for good need not be searched.
    gc.collect()
    gc.freeze()
    return style, font_config
