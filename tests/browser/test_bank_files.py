"""A bank file in the browser: taken locked, opened with another person's password, checked."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from payroll.models import FileCheck, LockedFile
from project.kernel.pages import url_of
from tests import given, given_files
from tests.browser.hands import another_page

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_leaves_locked_and_a_changed_one_is_refused(page, visit, shot, tmp_path):
    scene = given.scene(holders=2)
    file = given.pay_run(scene, "sent").files.get()
    given_files.lock_them(scene)

    visit(reverse("payroll:file-take", args=[file.pk]), as_=scene.staff.finance_officer)
    with page.expect_download() as taken:
        page.locator("button[type=submit]", has_text="取出").click()
    content = Path(taken.value.path()).read_bytes()

    kept = LockedFile.objects.get()
    visit(reverse("payroll:file-password", args=[kept.pk]), as_=scene.staff.department_officer)
    with another_page(page):
        page.locator("button[type=submit]", has_text="显示密码").click()
    shown = page.locator("[role=status] code")
    expect(shown).to_have_text(kept.password)
    shot("password")
    ((name, inside),) = given_files.opened(content, shown.text_content()).items()

    changed = tmp_path / name
    changed.write_bytes(inside.replace("李四1".encode(), "王五".encode()))
    visit(reverse("payroll:file-check", args=[file.pk]), as_=scene.staff.finance_officer)
    page.set_input_files("input[type=file]", changed)
    with another_page(page):
        page.locator("button[type=submit]", has_text="核对").click()
    expect(page.get_by_text("取出时为“李四1”，本文件为“王五”")).to_be_visible()
    shot("changed")
    assert FileCheck.objects.get().differences == 3

    changed.write_bytes(inside)
    page.set_input_files("input[type=file]", changed)
    page.locator("button[type=submit]", has_text="核对").click()
    page.wait_for_url(f"**{url_of(file)}")
    shot("bankfile")
