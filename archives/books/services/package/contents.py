"""What goes into a package, and under which names."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from archives.books.rules.names import Names, safe_name

__all__ = ["Document", "Entry", "Evidence", "PackageProblem", "Plan", "plan_package"]

MANIFEST = "SHA256SUMS"
FIXED = ("index.html", "index.css", "清单.csv", "核验说明.txt", "核验.cmd", "核验.sh", MANIFEST)
EVIDENCE = "佐证材料"


class PackageProblem(Exception):
    """The package can't be made; the text (Chinese) names the file that is in the way."""


@dataclass(frozen=True, slots=True)
class Document:
    """One of the finished books at the package's top. `sha256`: checked while packing."""

    path: Path
    name: str
    title: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """One accepted piece. `open` gives a fresh stream of its bytes; `sha256` is what the archive holds of it.

    `file_name` only lends its ending. `indicators` and `kind` are words for the index.
    """

    archive_number: str
    title: str
    sha256: str
    open: Callable[[], BinaryIO]
    file_name: str = ""
    size: int | None = None
    kind: str = ""
    indicators: str = ""

    @property
    def folder(self) -> str:
        """The archive number without the piece's own number: CM01-WS·2017-D30-ZB08."""
        head, joint, _ = self.archive_number.rpartition("-")
        return head if joint else "其他"

    @classmethod
    def of_path(cls, path: Path, *, archive_number: str, title: str, sha256: str, kind: str = "") -> Evidence:
        """A piece that lies in a file of this machine."""
        return cls(
            archive_number=archive_number,
            title=title,
            sha256=sha256,
            open=lambda: path.open("rb"),
            file_name=path.name,
            size=path.stat().st_size if path.is_file() else None,
            kind=kind,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the package: its path there, its digest, where its bytes come from; `label` names it in problems."""

    path: str
    sha256: str
    label: str
    open: Callable[[], BinaryIO]
    size: int | None


@dataclass(frozen=True)
class Plan:
    """Everything in the order in which it is packed: what is read first stands first."""

    entries: Sequence[Entry]
    total: int = field(default=0)


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the index."""

    piece: Evidence
    path: str

    @property
    def link(self) -> str:
        return quote(self.path)


def plan_package(
    *,
    title: str,
    subtitle: str,
    code: str,
    verify_address: str,
    documents: Sequence[Document],
    evidence: Iterable[Evidence],
) -> Plan:
    """Names, index, list and manifest. Nothing of the evidence is read yet."""
    names = Names(FIXED)
    books = [(one, names.give((), safe_name(one.name))) for one in documents]
    pieces = sorted(evidence, key=lambda one: (one.folder, one.archive_number, one.title))
    lines = [_Line(one, names.give((EVIDENCE, one.folder), _file_name(one))) for one in pieces]
    files = [
        *(Entry(path, one.sha256, one.title, _opener(one.path), one.size) for one, path in books),
        *(
            Entry(
                line.path,
                line.piece.sha256,
                f"{line.piece.archive_number} {line.piece.title}",
                line.piece.open,
                line.piece.size,
            )
            for line in lines
        ),
    ]
    context = {
        "title": title,
        "subtitle": subtitle,
        "code": code,
        "verify_address": verify_address,
        "documents": [(one, quote(path)) for one, path in books],
        "folders": [
            (folder, list(group)) for folder, group in groupby(lines, key=lambda line: line.piece.folder)
        ],
        "pieces": len(lines),
        "manifest": MANIFEST,
    }
    around = [
        _made("index.html", render_to_string("books/package/index.html", context)),
        _made("index.css", _stylesheet()),
        _made("清单.csv", "\ufeff" + _table(lines)),
        _made("核验说明.txt", render_to_string("books/package/verify.txt", context), newline="\r\n"),
        _made("核验.cmd", render_to_string("books/package/verify.cmd", context), newline="\r\n"),
        _made("核验.sh", render_to_string("books/package/verify.sh", context)),
    ]
    listed = [*around, *files]
    manifest = "".join(f"{one.sha256}  {one.path}\n" for one in listed)
    entries = [*around, _made(MANIFEST, manifest), *files]
    return Plan(entries, sum(one.size or 0 for one in entries))


def _file_name(piece: Evidence) -> str:
    ending = Path(safe_name(piece.file_name)).suffix if piece.file_name else ""
    return f"{piece.archive_number} {piece.title.removesuffix(ending)}"[:300].rstrip() + ending


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def _made(path: str, text: str, newline: str = "\n") -> Entry:
    content = text.replace("\r\n", "\n").replace("\n", newline).encode()
    digest = hashlib.sha256(content).hexdigest()
    return Entry(path, digest, path, lambda: io.BytesIO(content), len(content))


def _table(lines: Iterable[_Line]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["档号", "题名", "类别", "指标", "字节数", "文件", "SHA-256"])
    writer.writerows(_cells(lines))
    return out.getvalue()


def _cells(lines: Iterable[_Line]) -> Iterator[list[str]]:
    for line in lines:
        piece = line.piece
        size = "" if piece.size is None else str(piece.size)
        row = [piece.archive_number, piece.title, piece.kind, piece.indicators, size, line.path, piece.sha256]
        yield [_no_formula(cell) for cell in row]


def _no_formula(cell: str) -> str:
    """A title that begins like a formula stays a text in Excel."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def _stylesheet() -> str:
    found = finders.find("css/package.css")
    if found is None:
        raise PackageProblem("缺 static/css/package.css")
    return Path(str(found)).read_text(encoding="utf-8")
