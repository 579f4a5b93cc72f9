"""Whether the store holds what the table says, and nothing else: the content under each digest really has it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from archives.checks.queries.facts import sha256_of
from chuangmo.files.models import Attachment, StoredFile

__all__ = ["StoreFault", "StoreReport", "compare_store"]

_OURS = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")
_UPLOADING = ".upload-"  # written beside its place and moved there in one step
UPLOAD_SECONDS = 24 * 3600
# Folders of the media storage that are not the store: workbooks of the desk between preview and import.
_OTHERS = frozenset({"django-import-export"})


@dataclass(frozen=True, slots=True)
class StoreFault:
    """One file that is not as it should be: where, what is wrong, and as what it hangs somewhere (names, the first few)."""

    path: str
    text: str
    names: str = ""


@dataclass(slots=True)
class StoreReport:
    files: int = 0
    octets: int = 0
    is_quick: bool = False
    missing: list[StoreFault] = field(default_factory=list)
    changed: list[StoreFault] = field(default_factory=list)
    orphaned: list[StoreFault] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not (self.missing or self.changed or self.orphaned)


def compare_store(
    *, is_quick: bool = False, tell: Callable[[int, int], None] = lambda done, total: None
) -> StoreReport:
    """Every stored file read and compared with its row, then every file without a row. `is_quick` looks at sizes only."""
    report = StoreReport(is_quick=is_quick)
    root = Path(settings.MEDIA_ROOT)
    known = set()
    total = StoredFile.objects.count()
    rows = StoredFile.objects.order_by("pk").values_list("pk", "sha256", "size", "path")
    for done, (pk, sha256, size, path) in enumerate(rows.iterator(chunk_size=2_000), start=1):
        known.add(path)
        report.files += 1
        report.octets += size
        _compare(report, root / path, pk, sha256, size, path)
        tell(done, total)
    for place in _files(root):
        relative = place.relative_to(root).as_posix()
        # A content is moved into the store a moment before its row is written.
        if (
            relative not in known
            and not _is_young(place)
            and not StoredFile.objects.filter(path=relative).exists()
        ):
            report.orphaned.append(StoreFault(relative, _word(relative)))
    return report


def _compare(report: StoreReport, place: Path, pk: int, sha256: str, size: int, path: str) -> None:
    try:
        found = place.stat().st_size
    except OSError:
        report.missing.append(StoreFault(path, "存储中没有这个文件", _names(pk)))
        return
    if found != size:
        report.changed.append(StoreFault(path, f"大小 {found} 字节，登记 {size} 字节", _names(pk)))
    elif not report.is_quick and (digest := sha256_of(place)) != sha256:
        text = "读不出来" if digest is None else f"内容的 SHA-256 是 {digest}"
        report.changed.append(StoreFault(path, text, _names(pk)))


def _names(pk: int) -> str:
    names = Attachment.objects.filter(file=pk).order_by("pk").values_list("name", flat=True)[:3]
    return "、".join(dict.fromkeys(names))


def _files(root: Path) -> Iterator[Path]:
    for place in sorted(root.rglob("*")):
        if place.is_file() and place.relative_to(root).parts[0] not in _OTHERS:
            yield place


def _is_young(place: Path) -> bool:
    """Just being uploaded: neither a fault nor yet a file."""
    try:
        return time.time() - place.stat().st_mtime < (
            UPLOAD_SECONDS if place.name.startswith(_UPLOADING) else 60
        )
    except OSError:  # gone by now
        return True


def _word(relative: str) -> str:
    if Path(relative).name.startswith(_UPLOADING):
        return "上传中断留下的临时文件"
    return "没有登记的内容" if _OURS.fullmatch(relative) else "不是本系统存的文件"
