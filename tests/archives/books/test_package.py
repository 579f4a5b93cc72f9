"""The package: names safe everywhere, every byte checked, nothing half-made, readable from a disc."""

from __future__ import annotations

import hashlib
import io
import resource
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from archives.books.rules.names import Names, safe_name
from archives.books.services.package import Document, Evidence, PackageProblem, package

RTL = "\u202efdp.exe"


def piece(number: str, title: str, content: bytes = b"x", **fields) -> Evidence:
    fields.setdefault("sha256", hashlib.sha256(content).hexdigest())
    fields.setdefault("size", len(content))
    return Evidence(archive_number=number, title=title, open=lambda: io.BytesIO(content), **fields)


@pytest.fixture
def dossier(tmp_path: Path) -> Document:
    path = tmp_path / "book.pdf"
    path.write_bytes(b"%PDF dossier")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Document(path, "省级预评估资料.pdf", "省级预评估资料", digest, path.stat().st_size)


EVIDENCE = [
    piece("CM01-WS·2017-D30-ZB08-0002", "空气质量月报", b"second", file_name="月报.docx", kind="说明报告"),
    piece("CM01-WS·2017-D30-ZB08-0001", "关于印发<方案>的通知", b"first", file_name="a.PDF", kind="正式发文"),
    piece("CM01-WS·2016-Y-ZB02-0007", "=cmd|' /C calc'!A1", b"third", file_name="x.jpg"),
    piece("CM01-WS·2016-Y-ZB02-0008", "../../etc/passwd", b"fourth"),
    piece("CM01-WS·2016-Y-ZB02-0009", "很" * 300, b"fifth", file_name="长.pdf"),
    piece("CM01-WS·2016-Y-ZB02-0010", RTL, b"sixth", file_name=RTL),
    piece("CM01-WS·2016-Y-ZB02-0010", RTL, b"seventh", file_name=RTL),
]


@pytest.fixture
def made(dossier: Document, tmp_path: Path) -> Path:
    out = tmp_path / "资料包.zip"
    package(
        out,
        title="六盘水市创模省级预评估资料",
        subtitle="截至 2017 年 5 月 31 日",
        code="7KQ2-M9TX-4HWD",
        verify_address="http://localhost/verify/7KQ2M9TX4HWD/",
        documents=[dossier],
        evidence=EVIDENCE,
    )
    return out


# Names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a:b*c?.pdf", "a_b_c_.pdf"),
        ("CON.txt", "_CON.txt"),
        ("lpt1", "_lpt1"),
        ("结尾有点. . ", "结尾有点"),
        (f"合同{RTL}", "合同fdp.exe"),
        ("零\u200b宽\ufeff.pdf", "零宽.pdf"),
        ("一\n二\t三", "一 二 三"),
        ("", "未命名"),
        ("...", "未命名"),
        (".pdf", "pdf"),
    ],
)
def test_a_name_is_safe_on_every_machine(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_ending_and_halves_no_character() -> None:
    found = safe_name("长" * 300 + ".pdf")
    assert found == "长" * 65 + ".pdf"
    assert len(found.encode()) <= 200


def test_names_are_told_apart_without_regard_to_case() -> None:
    names = Names(["index.html"])
    given = [names.give((), one) for one in ("Index.HTML", "A.pdf", "a.PDF", "ａ.pdf")]
    assert given == ["Index-2.HTML", "A.pdf", "a-2.PDF", "ａ-3.pdf"]


# Contents -----------------------------------------------------------------------------------------------


def test_the_package_is_whole_ordered_and_proves_itself(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with zipfile.ZipFile(made) as archive:
        assert archive.testzip() is None
        listed = archive.namelist()
        archive.extractall(folder)
    assert listed[:8] == [
        "index.html", "index.css", "清单.csv", "核验说明.txt", "核验.cmd", "核验.sh", "SHA256SUMS", "省级预评估资料.pdf",
    ]  # fmt: skip
    assert [name.split("/")[1] for name in listed[8:]] == ["CM01-WS·2016-Y-ZB02"] * 5 + [
        "CM01-WS·2017-D30-ZB08"
    ] * 2
    assert listed[-2:] == [
        "佐证材料/CM01-WS·2017-D30-ZB08/CM01-WS·2017-D30-ZB08-0001 关于印发_方案_的通知.PDF",
        "佐证材料/CM01-WS·2017-D30-ZB08/CM01-WS·2017-D30-ZB08-0002 空气质量月报.docx",
    ]
    proof = subprocess.run(["sh", "核验.sh"], cwd=folder, capture_output=True, text=True, check=False)
    assert proof.returncode == 0, proof.stderr
    assert proof.stdout.count(": OK") == len(listed) - 1
    (folder / listed[-1]).write_bytes(b"changed")
    proof = subprocess.run(["sh", "核验.sh"], cwd=folder, capture_output=True, text=True, check=False)
    assert proof.returncode == 1 and "空气质量月报.docx: FAILED" in proof.stdout


def test_no_name_escapes_hides_or_meets_another(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        names = archive.namelist()
    assert len({name.casefold() for name in names}) == len(names) == 15
    for name in names:
        assert ".." not in name.split("/") and not name.startswith("/")
        assert not set(name) & set('<>:"\\|?*\u202e')
        assert all(len(part.encode()) <= 255 for part in name.split("/"))


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]


def test_the_index_works_from_a_disc(made: Path) -> None:
    with zipfile.ZipFile(made) as archive:
        page, names = archive.read("index.html").decode(), set(archive.namelist())
        table = archive.read("清单.csv").decode("utf-8-sig")
    read = Links()
    read.feed(page)
    away = [one for one in read.links if one.startswith("http")]
    near = {unquote(one) for one in read.links if not one.startswith(("http", "#"))}
    assert away == ["http://localhost/verify/7KQ2M9TX4HWD/"]
    assert near == names - {"清单.csv", "核验.cmd", "核验.sh", "index.html"}
    assert "script" not in read.tags
    assert "关于印发&lt;方案&gt;的通知" in page and "7KQ2-M9TX-4HWD" in page
    assert "'=cmd|" in table and "\n=cmd" not in table and ",=cmd" not in table


def test_the_digest_is_that_of_the_finished_file(dossier: Document, tmp_path: Path) -> None:
    out, told = tmp_path / "包.zip", []
    found = package(
        out, title="x", documents=[dossier], evidence=EVIDENCE, progress=lambda *one: told.append(one)
    )
    assert found == (hashlib.sha256(out.read_bytes()).hexdigest(), out.stat().st_size)
    labels = [label for _, _, label in told]
    assert labels[7] == "省级预评估资料" and labels[-1].startswith("CM01-WS·2017-D30-ZB08-0002 ")
    assert told[-1][0] <= told[-1][1]


# What goes wrong ----------------------------------------------------------------------------------------


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file() and path.name != "book.pdf")


def test_a_file_that_is_not_what_was_recorded_stops_the_packing(dossier: Document, tmp_path: Path) -> None:
    wrong = piece("CM01-WS·2017-D30-ZB08-0003", "被换过的文件", b"other", sha256="0" * 64)
    with pytest.raises(PackageProblem, match="校验值不符：CM01-WS·2017-D30-ZB08-0003 被换过的文件"):
        package(tmp_path / "包.zip", title="x", documents=[dossier], evidence=[*EVIDENCE, wrong])
    assert left(tmp_path) == []


def test_a_file_that_is_gone_is_named(dossier: Document, tmp_path: Path) -> None:
    gone = Evidence.of_path(tmp_path / "没有.pdf", archive_number="A-1", title="丢失的文件", sha256="0" * 64)
    with pytest.raises(PackageProblem, match="读不出：A-1 丢失的文件"):
        package(tmp_path / "包.zip", title="x", documents=[dossier], evidence=[gone])
    assert left(tmp_path) == []


def test_a_disc_that_fills_up_leaves_the_old_package(dossier: Document, tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disc: the system refuses the write in the middle."""
    out = tmp_path / "包.zip"
    out.write_bytes(b"old")
    large = piece("A-1", "大文件", bytes(3_000_000))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, hard))
    try:
        with pytest.raises(PackageProblem, match="磁盘已满"):
            package(out, title="x", documents=[dossier], evidence=[large])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert left(tmp_path) == ["包.zip"] and out.read_bytes() == b"old"


def test_a_package_too_large_for_the_disc_is_not_begun(dossier: Document, tmp_path: Path) -> None:
    huge = piece("A-1", "一个 PB", size=1 << 50)
    with pytest.raises(PackageProblem, match="磁盘空间不足：需要约"):
        package(tmp_path / "包.zip", title="x", documents=[dossier], evidence=[huge])
    assert left(tmp_path) == []


def test_a_cancelled_packing_leaves_nothing(dossier: Document, tmp_path: Path) -> None:
    class CancelledError(Exception):
        pass

    def progress(done: int, total: int, label: str) -> None:
        if "空气质量月报" in label:
            raise CancelledError

    with pytest.raises(CancelledError):
        package(tmp_path / "包.zip", title="x", documents=[dossier], evidence=EVIDENCE, progress=progress)
    assert left(tmp_path) == []
