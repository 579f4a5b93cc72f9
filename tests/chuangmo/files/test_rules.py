"""What may be uploaded, judged by name and first bytes."""

from __future__ import annotations

import pytest
from django.conf import settings

from chuangmo.files.rules import clean_name, content_fault, content_type, guess_kind, size_words

PDF = b"%PDF-1.7\n" + b"x" * 64
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 64
EXE = b"MZ\x90\x00" + b"\x00" * 64
ZIP = b"PK\x03\x04" + b"x" * 64
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 64
KINDS = ["正式发文", "说明报告", "图片资料", "数据表格"]


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("通知.pdf", PDF),
        ("图.PNG", PNG),
        ("台账.xlsx", ZIP),
        ("台账.xls", OLE),
        ("台账.csv", "月份,数\r\n5,1".encode("gbk")),
        ("照片.jpeg", b"\xff\xd8\xff\xe0" + b"x" * 64),
    ],
)
def test_content_that_fits_its_name(name: str, head: bytes) -> None:
    assert content_fault(name, head, settings.FILE_KINDS) == ""


@pytest.mark.parametrize(
    ("name", "head", "fault"),
    [
        ("报告.pdf", EXE, "“报告.pdf”的内容不是 pdf 文件（可能改过扩展名），没有保存"),
        ("报告.pdf", PNG, "“报告.pdf”的内容不是 pdf 文件（可能改过扩展名），没有保存"),
        ("报告.txt", EXE, "“报告.txt”的内容不是 txt 文件（可能改过扩展名），没有保存"),
        ("页面.txt", b"<!DOCTYPE html><script>", "“页面.txt”的内容不是 txt 文件（可能改过扩展名），没有保存"),
        ("表.xlsx", OLE, "“表.xlsx”的内容不是 xlsx 文件（可能改过扩展名），没有保存"),
        ("图.svg", b"<svg/>", "不能上传“图.svg”：SVG 图片里可以藏程序，请另存为 PNG 或 PDF 再上传"),
        ("空.pdf", b"", "“空.pdf”是空文件，没有内容"),
    ],
)
def test_content_that_does_not(name: str, head: bytes, fault: str) -> None:
    assert content_fault(name, head, settings.FILE_KINDS) == fault


@pytest.mark.parametrize("name", ["a.exe", "a.html", "a", "a.pdf.js"])
def test_a_kind_that_is_not_taken(name: str) -> None:
    assert content_fault(name, PDF, settings.FILE_KINDS).startswith(f"不能上传“{name}”：只收 ")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\资料\\台账.xlsx", "台账.xlsx"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ('a"b\r\nX-Evil: 1.pdf', "abX-Evil 1.pdf"),
        ("...", "未命名"),
        ("长" * 200 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_a_name_is_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_served_as_what_it_is() -> None:
    assert content_type("图.PNG", settings.FILE_KINDS) == "image/png"
    assert content_type("a.js", settings.FILE_KINDS) == "application/octet-stream"


def test_the_kind_of_material_is_guessed() -> None:
    names = ("a.pdf", "a.docx", "a.jpg", "a.xlsx")
    assert [guess_kind(name, KINDS) for name in names] == KINDS


def test_sizes_in_words() -> None:
    assert (size_words(200 * 1024 * 1024), size_words(2048)) == ("200 MB", "2 KB")
