"""An edition: what goes out with a dossier. Its PDF/A with the workbook inside, the workbook, the package of everything.

1. `reserve(by, title)` before the PDF is bound: the codes are printed in the files.
2. `make_edition(…)` once the PDF is there: minutes, in a job; writes files into a folder, changes no row.
3. `publish_edition(…)` in the transaction that publishes the dossier: the digests are registered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import transaction

from archives.books.models import IssuedFile, Kind
from archives.books.services.issuing import digest_of, register, reserve_code
from archives.books.services.package import Document, Evidence, Progress, package
from archives.books.services.pdfa import Enclosure, pdfa
from archives.books.services.workbook import workbook
from chuangmo.access.models import User
from chuangmo.files.models import StoredFile

__all__ = ["Codes", "Edition", "evidence_of", "make_edition", "publish_edition", "reserve"]


@dataclass(frozen=True, slots=True)
class Codes:
    """The rows whose codes are printed: of the PDF, the workbook, the package."""

    dossier: IssuedFile
    workbook: IssuedFile
    package: IssuedFile

    @property
    def all(self) -> tuple[IssuedFile, ...]:
        return (self.dossier, self.workbook, self.package)


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file with its digest."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Edition:
    """All three files."""

    dossier: Made
    workbook: Made
    package: Made


@transaction.atomic
def reserve(*, title: str, by: User | None) -> Codes:
    """Three codes for an edition of that title."""
    return Codes(
        dossier=reserve_code(title=title, kind=Kind.DOSSIER, by=by),
        workbook=reserve_code(title=f"{title} 数据工作簿", kind=Kind.WORKBOOK, by=by),
        package=reserve_code(title=f"{title} 资料包", kind=Kind.PACKAGE, by=by),
    )


def make_edition(
    folder: Path,
    *,
    codes: Codes,
    pdf: Path,
    chapters: Sequence[Any],
    evidence: Iterable[Evidence],
    title: str,
    subtitle: str = "",
    demonstration: bool = False,
    progress: Progress | None = None,
) -> Edition:
    """Make the files in `folder` (of this edition only). `pdf`: the bound book, `chapters`: the snapshot's.

    WorkbookProblem, PdfaProblem, PackageProblem say what is in the way; whatever `progress` raises stops it. What was written
    until then lies in the folder, which the caller throws away.
    """
    book = workbook(
        chapters,
        folder / "数据工作簿.xlsx",
        title=title,
        code=codes.workbook.printed_code,
        verify_address=codes.workbook.verify_address,
        demonstration=demonstration,
    )
    described = "推导、汇总均为公式；与系统评定逐项核对"
    paper = pdfa(pdf, [Enclosure(book, description=described)], out=folder / "预评估资料.pdf", title=title)
    made = {one: Made(one, *digest_of(one)) for one in (book, paper)}
    out = folder / "资料包.zip"
    sha256, size = package(
        out,
        title=title,
        subtitle=subtitle,
        code=codes.package.printed_code,
        verify_address=codes.package.verify_address,
        documents=[
            Document(paper, f"{title}.pdf", title, made[paper].sha256, made[paper].size),
            Document(book, "数据工作簿.xlsx", "数据工作簿（公式可重算）", made[book].sha256, made[book].size),
        ],
        evidence=evidence,
        progress=progress,
    )
    return Edition(dossier=made[paper], workbook=made[book], package=Made(out, sha256, size))


@transaction.atomic
def publish_edition(*, codes: Codes, edition: Edition, by: User | None) -> None:
    """The digests of all three; harmless when said again, Stale where others were told before."""
    files = (edition.dossier, edition.workbook, edition.package)
    for issued, file in zip(codes.all, files, strict=True):
        register(issued=issued, sha256=file.sha256, size=file.size, by=by)


def evidence_of(chapters: Iterable[Any]) -> list[Evidence]:
    """The pieces of a snapshot's list of evidence, each once, with streams of the file store; one query.

    A piece whose file the store has no row of is in the list all the same: the packing stops at it, with its name.
    """
    rows: dict[int, Mapping[str, Any]] = {
        row["version_id"]: row
        for chapter in chapters
        if chapter.content.get("kind") == "evidence"
        for row in chapter.content["rows"]
    }
    stored = {
        one.sha256: one
        for one in StoredFile.objects.filter(sha256__in={row["sha256"] for row in rows.values()})
    }
    return [_piece(row, stored.get(row["sha256"])) for row in rows.values()]


def _piece(row: Mapping[str, Any], stored: StoredFile | None) -> Evidence:
    def open_stored() -> BinaryIO:
        if stored is None:
            raise FileNotFoundError(f"库中没有 {row['sha256'][:12]} 的文件")
        return cast(BinaryIO, default_storage.open(stored.path))

    return Evidence(
        archive_number=row["archive_number"],
        title=row["title"],
        sha256=row["sha256"],
        open=open_stored,
        file_name=row["file_name"],
        size=stored.size if stored else None,
        kind=row["kind"],
        indicators="、".join(one.removeprefix("indicator-") for one in row.get("chapters", ())),
    )
