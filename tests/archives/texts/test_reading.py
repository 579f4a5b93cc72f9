"""Reading files of every kind, good and bad, in the reading process."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from archives.texts.reading import limits
from archives.texts.reading.child import Reading, draw, read
from chuangmo.errors import Invalid
from chuangmo.files.services import check_upload
from tests.archives.texts import files

MIME = settings.FILE_KINDS


def reading(tmp_path: Path, kind: str, content: bytes) -> Reading:
    path = tmp_path / "content"
    path.write_bytes(content)
    return read(path, MIME[kind])


@pytest.mark.parametrize(
    ("kind", "content", "pages"),
    [
        ("pdf", files.pdf("德坞河 5 月氨氮 1.31", "第二页：噪声监测"), ["德坞河 5 月氨氮 1.31", "第二页：噪声监测"]),
        ("docx", files.word("关于成立领导小组的通知", cells=("单位", "市环保局")), ["关于成立领导小组的通知\n单位\t市环保局"]),
        ("xlsx", files.excel([["断面", "氨氮"], ["德坞河", 1.31], ["水城河", 2]]), ["监测\n断面\t氨氮\n德坞河\t1.31\n水城河\t2"]),
        ("pptx", files.powerpoint("第一张", "第二张"), ["第一张", "第二张"]),
        ("ofd", files.ofd("红头文件"), ["红头文件"]),
        ("txt", "钟山区秸秆禁烧".encode("gbk"), ["钟山区秸秆禁烧"]),
        ("txt", "﻿钟山区秸秆禁烧".encode(), ["钟山区秸秆禁烧"]),
        ("csv", "站点,值\n六中,35".encode("gb2312"), ["站点,值\n六中,35"]),
    ],
)  # fmt: skip
def test_text_by_page(tmp_path: Path, kind: str, content: bytes, pages: list[str]):
    found = reading(tmp_path, kind, content)
    assert (found.problem, found.pages, found.has_script) == ("", pages, False)


@pytest.mark.parametrize(
    ("kind", "content", "problem"),
    [
        ("pdf", files.encrypted_pdf(), "encrypted"),
        ("pdf", files.pdf("完整" * 400)[:-900], "truncated"),
        ("pdf", files.pdf("完整" * 400)[:300], "truncated"),
        ("pdf", files.empty_pdf(), "zero_pages"),
        ("pdf", files.pdf(""), "empty"),
        ("pdf", b"%PDF-1.7\nnothing of the kind\n%%EOF", "unreadable"),
        ("xlsx", files.bomb(), "bomb"),
        ("xlsx", files.excel([["a", 1]])[:-400], "truncated"),
        ("docx", files.word("很长" * 200)[:2000], "truncated"),
        ("xlsx", files.excel([]), "empty"),
        ("jpg", files.photo(), "picture"),
        ("heic", files.photo("HEIF"), "picture"),
        ("jpg", files.photo()[:-3000], "truncated"),
        ("txt", b"MZ\x90\x00\x03\x00\x00\x00", "unreadable"),
        ("zip", files.ofd("x"), "no_reader"),
    ],
)
def test_what_stands_in_the_way(tmp_path: Path, kind: str, content: bytes, problem: str):
    assert reading(tmp_path, kind, content).problem == problem


def test_a_file_that_is_missing(tmp_path: Path):
    assert read(tmp_path / "gone", MIME["pdf"]).problem == "missing"


def test_a_pdf_with_an_owner_password_only_is_read_and_marked(tmp_path: Path):
    found = reading(tmp_path, "pdf", files.encrypted_pdf(user=""))
    assert (found.problem, found.pages, found.is_encrypted) == ("", ["秘密"], True)


def test_a_truncated_pdf_keeps_the_pages_that_can_be_read(tmp_path: Path):
    whole = files.pdf("德坞河水质", "明湖水质")
    found = reading(tmp_path, "pdf", whole[: whole.rindex(b"%%EOF")])
    assert (found.problem, found.pages) == ("truncated", ["德坞河水质", "明湖水质"])


def test_a_pdf_that_calls_out_is_read_and_nobody_is_called(tmp_path: Path):
    """A server waits for the call; reading and drawing the file leave it alone."""
    called = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        content = files.pdf_that_calls(f"http://127.0.0.1:{port}/")
        found = reading(tmp_path, "pdf", content)
        picture = draw(tmp_path / "content", MIME["pdf"])
        try:
            server.accept()
            called.set()
        except TimeoutError:
            pass
    assert (found.pages, found.has_script) == (["明湖水质月报"], True)
    assert picture.startswith(b"\x89PNG")
    assert not called.is_set()


def test_the_reading_process_can_reach_nobody_and_has_a_ceiling(tmp_path: Path):
    """Asked of a process that confines itself as the readers do."""
    import subprocess
    import sys

    asked = """
import resource, socket, sys
from archives.texts.reading.limits import MEMORY, confine
confine()
assert resource.getrlimit(resource.RLIMIT_AS)[0] == MEMORY
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: __import__("subprocess").run(["true"]),
    lambda: __import__("os").system("true"),
):
    try:
        attempt()
    except PermissionError as refused:
        print(refused)
try:
    bytearray(2 * MEMORY)
except MemoryError:
    print("too much")
"""
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "reading a file needs no socket.getaddrinfo",
        "reading a file needs no subprocess.Popen",
        "reading a file needs no os.system",
        "too much",
    ]
    assert limits.PROCESSOR_SECONDS <= 60


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("图.txt", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("报告.pdf", b"MZ\x90\x00" + b"\x00" * 600),
        ("说明.txt", b"MZ\x90\x00" + b"\x00" * 600),
    ],
)
def test_scripts_and_programs_are_not_even_stored(name: str, content: bytes):
    with pytest.raises(Invalid):
        check_upload(SimpleUploadedFile(name, content))
