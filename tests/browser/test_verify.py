"""Comparing a file with the one that was given out: in the browser, by hand, dropped, large, without any upload."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from archives.books.services import issue_file
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import make_cast

pytestmark = pytest.mark.django_db(transaction=True)

DROP = """([name, bytes]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], name));
  const drop = new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true});
  document.getElementById("verify").dispatchEvent(drop);
}"""


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_file_is_compared_without_being_sent(
    open_page, live_server, axe, fits, tmp_path: Path, viewport
) -> None:
    content = b"%PDF-1.7 " + os.urandom(9 * 1024 * 1024)  # three pieces, the last one short
    right, wrong, shorter = tmp_path / "资料.pdf", tmp_path / "改过.pdf", tmp_path / "截断.pdf"
    right.write_bytes(content)
    wrong.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    shorter.write_bytes(content[:1000])
    issued = issue_file(right, title="省级预评估资料", kind="dossier", by=make_cast().office)
    page: Page = open_page(viewport)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    page.goto(f"{live_server.url}/verify/")
    page.get_by_role("textbox", name="核验码").fill(issued.printed_code.lower())
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", name="省级预评估资料")).to_be_visible()
    axe(page)
    fits(page)
    loaded = len(sent)
    result = page.locator("#verify-result")
    page.get_by_label("选择文件").set_input_files(right)
    expect(result).to_contain_text("✓ 一致")
    axe(page)
    page.get_by_label("选择文件").set_input_files(wrong)
    expect(result).to_contain_text("大小相同而内容不同")
    expect(result).to_contain_text(hashlib.sha256(wrong.read_bytes()).hexdigest())
    page.evaluate(DROP, [shorter.name, list(shorter.read_bytes())])
    expect(result).to_contain_text("■ 不一致")
    expect(result).to_contain_text("1000 字节")
    fits(page)
    assert sent[loaded:] == []
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/verify-{viewport['width']}.png", full_page=True)


def test_without_scripts_the_commands_stand_there(chromium, live_server) -> None:
    issued = issue_file(b"x", title="省级预评估资料", by=make_cast().office)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}{issued.get_absolute_url()}")
    expect(page.get_by_text(issued.sha256)).to_be_visible()
    expect(page.get_by_text("certutil -hashfile")).to_be_visible()
    expect(page.get_by_label("选择文件")).to_be_hidden()
    context.close()
