"""Printed forms must look the same in every reader, on every page, in the right language."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pylopdf_fonts_zh_cn
import pymupdf
import pytest
import segno
from django.utils import translation
from django.utils.safestring import mark_safe
from fontTools.ttLib import TTFont, TTLibError
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps
from weasyprint.urls import FatalURLFetchingError

from project.kernel import documents, fonts

LONG_NAME = "阿卜杜热合曼·麦麦提吐尔逊·阿不都"
RARE = "𬱖䶮㛃"
ADDRESS = "https://gyg.example.org/v/7K2M9QX4"
HASH = "9f2c4e8ab1d07735c6e0f14b2a9d8835b7c1e02f64da97ab03c58e21f7d6b940"


HEAD = {
    "days": documents.month_grid(date(2026, 9, 1)),
    "unit_name": "青石镇人民政府",
    "area_name": "青石镇石桥村",
    "department": "青石县农业农村局",
    "filled_on": date(2026, 11, 2),
    "posted_on": date(2026, 11, 3),
    "ends_on": date(2026, 11, 9),
    "days_posted": 7,
    "number": "QS2026-09-001",
    "payer": "青石县财政局",
    "fund": "中央财政衔接推进乡村振兴补助资金",
    "budget_number": "青财农〔2026〕18号",
    "budget_left": Decimal("1234567.80"),
    "notice_words": "在各村公示栏公示7天，无异议。",
    "name": LONG_NAME,
    "post_title": "村内保洁员",
    "days_required": Decimal("10"),
    "days_worked": Decimal("9.5"),
    "standard": Decimal("400"),
}
FOOT = {
    "opinions": [{"office": "村意见", "opinion": "同意。", "name": "", "signed_on": None}],
    "filled_by": "周文书",
    "prepared_by": "周文书",
    "reviewed_by": "",
    "checked_by": "",
    "approved_by": "",
    "office": "青石镇乡村振兴办公室",
    "phone": "0990-1234567",
    "email": "office@example.org",
    "status": "补贴已于2026年11月12日打入您的账户。",
    "account": "尾号 1234",
    "paid_on": date(2026, 11, 12),
}


def row(number):
    """Facts enough for a row of any of the forms."""
    return {
        "name": [LONG_NAME, "张三", f"王{RARE}"][number % 3],
        "sex": "女",
        "id_number": f"9901231970{number:08d}",
        "age": 56,
        "household_no": f"9901230010{number:05d}",
        "category": "脱贫不稳定户",
        "labour_capacity": "弱劳动力",
        "post_title": "生态护林员（集体林管护）",
        "department": "县林业和草原局",
        "unit_name": "青石镇石桥村村民委员会",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "standard": Decimal("400"),
        "fund": "中央衔接推进乡村振兴补助资金",
        "policy_number": f"PEAC2026510000{number:06d}",
        "account": f"62170000000{number:08d}",
        "bank": "青石县农村信用合作联社青石分社",
        "phone": f"1380000{number:04d}",
        "note": "",
        "marks": list("√○△×◇√√√√√") * 3 + [""],
        "days_worked": Decimal("9.5"),
        "hours": Decimal("76"),
        "leave_days": Decimal("1"),
        "absent_days": Decimal("0"),
        "amount": Decimal("380.00"),
        "purpose": "10月岗位补贴",
        "office": "乡镇审核意见",
        "opinion": "同意发放。",
        "signed_on": None,
        "words": "岗位补贴：每月标准400元，应出勤10天，实际出勤9.5天",
        "reason": "10月请假半天",
    }


def facts(code, rows=3, **head):
    """The whole context of one form, whatever its code."""
    total = {"people": rows, "amount": 380 * Decimal(rows), "amount_capitals": "人民币壹仟元整"}
    return {
        "form": {
            "code": code,
            "title": documents.FORMS[code].title,
            "number": "青石发〔2026〕7号",
            "printed_at": datetime(2026, 11, 8, 2, 5, tzinfo=UTC),
            "hash": HASH,
            "qr": ADDRESS,
        },
        "head": {**total, "month": date(2026, 9, 1), **HEAD, **head},
        "rows": [row(number) for number in range(rows)],
        "foot": {**total, **FOOT},
    }


def opened(content):
    return pymupdf.open("pdf", content)


def plain(page):
    return "".join(page.get_text().split())


@pytest.fixture(scope="module")
def long_list():
    return opened(documents.printed("F-11", facts("F-11", rows=300)))


@pytest.fixture(scope="module")
def slip():
    return opened(documents.printed("F-33", facts("F-33", name=f"王{RARE}")))


def shape(image):
    """The ink of a picture alone, at one size, so that two renderings can be laid on each other."""
    ink = ImageOps.invert(image.convert("L"))
    return ink.crop(ink.point(lambda value: 255 * (value > 100)).getbbox()).resize((48, 48))


def drawn(page, char):
    (box, *_) = page.search_for(char)
    picture = page.get_pixmap(dpi=300, clip=box)
    return shape(Image.frombytes("RGB", (picture.width, picture.height), picture.samples))


def expected(char, face):
    picture = Image.new("L", (160, 160), 255)
    font = ImageFont.truetype(face, 96)
    ImageDraw.Draw(picture).text((24, 10), char, font=font, fill=0)
    return shape(picture)


def unlikeness(one, other):
    difference = ImageChops.difference(one, other).resize((12, 12), Image.Resampling.BOX)
    return sum(difference.get_flattened_data()) / (144 * 255)


@pytest.mark.parametrize("char", [*RARE, "王"])
def test_a_strict_reader_draws_the_right_glyph_for_running_text(slip, char):
    face = pylopdf_fonts_zh_cn.serif_path()

    assert unlikeness(drawn(slip[0], char), expected(char, face)) < 0.15


@pytest.mark.parametrize("char", "明细")
def test_a_strict_reader_draws_the_right_glyph_for_headings(slip, char):
    face = pylopdf_fonts_zh_cn.sans_path()

    assert unlikeness(drawn(slip[0], char), expected(char, face)) < 0.15


def test_the_comparison_of_glyphs_tells_one_character_from_another():
    face = pylopdf_fonts_zh_cn.serif_path()

    assert unlikeness(expected("𬱖", face), expected("䶮", face)) > 0.3


def test_the_words_of_a_form_can_be_copied_out_of_it(slip):
    assert RARE in slip[0].get_text()


def test_only_the_fonts_of_the_project_are_used(slip):
    names = {font[3].partition("+")[2] for font in slip.get_page_fonts(0)}

    assert names == {"Office-Serif", "Office-Sans"}


@pytest.mark.parametrize("face", [fonts.serif, fonts.sans])
def test_each_cached_face_names_glyph_i_cid_i(face):
    with TTFont(face()) as font:
        charset, glyphs = font["CFF "].cff.topDictIndex[0].charset, font["maxp"].numGlyphs

    assert charset[1:] == [f"cid{number:05d}" for number in range(1, glyphs)]


def test_workers_that_make_the_font_at_once_leave_one_whole_font(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    source = pylopdf_fonts_zh_cn.sans_path()

    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(fonts._cached, [source] * 4))

    assert [*(tmp_path / "fonts").iterdir()] == [*made]
    with TTFont(made.pop()) as font:
        assert len(font.getBestCmap()) > 30_000


def test_a_font_that_cannot_be_made_leaves_nothing_behind(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    broken = tmp_path / "broken.otf"
    broken.write_bytes(b"OTTO")

    with pytest.raises(TTLibError):
        fonts._cached(broken)

    assert [*(tmp_path / "fonts").iterdir()] == []


def test_characters_outside_the_fonts_are_named():
    assert documents.missing_characters(f"王{RARE}· \n\U0001f600ꡀ") == {"\U0001f600", "ꡀ"}


def test_everything_the_forms_themselves_say_can_be_drawn():
    assert documents.missing_characters("√○△×◇〔〕（）：／￥尾号第页共") == set()


@pytest.mark.parametrize("code", documents.FORMS)
def test_every_form_prints_its_title_number_hash_and_verification(code):
    (first, *_) = opened(documents.printed(code, facts(code)))

    text = plain(first)
    for words in (documents.FORMS[code].title, "青石发〔2026〕7号", HASH, ADDRESS, f"表号：{code}"):
        assert words in text


@pytest.mark.parametrize("code", documents.FORMS)
def test_every_form_lies_on_its_sheet_as_its_entry_says(code):
    (first, *_) = opened(documents.printed(code, facts(code)))

    assert (first.rect.width > first.rect.height) == documents.FORMS[code].landscape
    assert sorted(round(side) for side in first.rect[2:]) == [595, 842]


@pytest.mark.parametrize("code", sorted(documents.FORMS.keys() - {"F-19", "F-20", "F-33"}))
def test_papers_that_are_stamped_leave_a_place_for_the_seal(code):
    paper = opened(documents.printed(code, facts(code)))

    assert re.search("盖 ?章", "".join(page.get_text() for page in paper))


def test_the_header_row_and_page_number_stand_on_every_page(long_list):
    pages = len(long_list)

    assert pages > 10
    for number, page in enumerate(long_list, start=1):
        assert f"第{number}页共{pages}页" in plain(page)
        assert "身份证号码" in plain(page)


def test_pages_after_the_first_repeat_the_title(long_list):
    assert "（续）" not in plain(long_list[0])
    assert all("汇总表（2026年09月）（续）" in plain(page) for page in long_list.pages(1))


def test_no_row_is_split_or_lost_between_pages(long_list):
    found = []
    for page in long_list:
        found += [word[4] for word in page.get_text("words", sort=True) if word[4][:6] == "990123"]

    assert sorted(found) == [row(number)["id_number"] for number in range(300)]


@pytest.mark.parametrize("rows", range(33, 43))
def test_totals_and_signatures_never_stand_alone_on_a_page(rows):
    (*_, last) = opened(documents.printed("F-11", facts("F-11", rows=rows)))

    text = plain(last)
    assert "合计" in text and "审核人" in text
    assert text.count("2026-12-31") >= 2


def test_nothing_is_drawn_outside_the_margins(long_list):
    for page in long_list:
        width, height = page.rect[2:]
        for x0, y0, x1, y1, *_ in page.get_text("words"):
            assert x0 > 30 and y0 > 20 and x1 < width - 30 and y1 < height - 10


@pytest.mark.parametrize("code", ["F-07", "F-14"])
def test_long_numbers_stay_inside_their_cells(code):
    (first, *_) = opened(documents.printed(code, facts(code)))
    walls = [line["rect"] for line in first.get_drawings() if line["rect"].width < 1]

    for account in (row(number)["account"] for number in range(3)):
        (box,) = first.search_for(account)
        level = [wall.x0 for wall in walls if wall.y0 < box.y1 and wall.y1 > box.y0]
        assert len(level) > 5 and not [x for x in level if box.x0 < x < box.x1]


def test_the_qr_code_in_the_corner_says_the_verification_address(slip):
    matrix = segno.make(ADDRESS, error="m", micro=False).matrix
    corner = pymupdf.Rect(510, 771, 595, 842)  # below the rule, right of the page number
    picture = slip[0].get_pixmap(dpi=400, clip=corner, colorspace=pymupdf.csGRAY)
    image = Image.frombytes("L", (picture.width, picture.height), picture.samples)
    code = image.crop(ImageOps.invert(image).getbbox())

    step = code.width / len(matrix)
    for y, line in enumerate(matrix):
        for x, dark in enumerate(line):
            at = int((x + 0.5) * step), int((y + 0.5) * step)
            assert (code.getpixel(at) < 128) == bool(dark)


def test_a_public_form_masks_id_numbers_even_if_they_come_whole():
    (first, *_) = opened(documents.printed("F-12", facts("F-12")))

    assert "990123********0001" in plain(first)
    assert row(1)["id_number"] not in plain(first)


def test_a_form_without_an_address_has_no_qr_code():
    context = facts("F-33")
    context["form"]["qr"] = ""

    (first, *_) = opened(documents.printed("F-33", context))

    assert "核验" not in first.get_text()


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "ftp://127.0.0.1/x", "file:///no"])
def test_printing_stops_rather_than_fetch_from_a_network(address):
    context = facts("F-33")
    context["form"]["number"] = mark_safe(f'<img src="{address}">')

    with pytest.raises(FatalURLFetchingError, match="A printed form cannot use"):
        documents.printed("F-33", context)


def test_what_people_write_is_never_taken_for_markup():
    (first, *_) = opened(documents.printed("F-33", facts("F-33", name="<img src=http://x/y>")))

    assert "<imgsrc=http://x/y>" in plain(first)


def test_papers_are_chinese_whatever_the_language_of_the_screen():
    with translation.override("de"):
        (first, *_) = opened(documents.printed("F-33", facts("F-33")))

    assert "1140.00" in plain(first) and "2026年9月个人补贴明细单" in plain(first)


def test_a_moment_is_printed_in_local_time(slip):
    assert "打印时间：2026-11-0810:05" in plain(slip[0])


def test_a_day_that_the_month_lacks_has_no_number_on_the_attendance_sheet():
    (first, *_) = opened(documents.printed("F-09", facts("F-09")))

    words = [word[4] for word in first.get_text("words") if word[1] < 140]
    assert "30" in words and "31" not in words


def test_a_month_grid_always_has_31_columns_with_the_right_weekdays():
    february = documents.month_grid(date(2028, 2, 1))

    assert [column["day"] for column in february] == [*range(1, 32)]
    assert february[0]["weekday"] == "二" and february[28]["weekday"] == "二"
    assert [column["weekday"] for column in february[29:]] == ["", ""]
