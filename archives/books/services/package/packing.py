"""Packing: bytes flow from the store into one ZIP, a piece at a time, each file's digest checked on the way.

Nothing half-made is ever seen: the package is written beside its place and moved there when it is whole; a full disc, a wrong
digest, a cancelled job leave nothing. Memory does not grow with the files: one block is held at a time.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from zipstream import ZIP_STORED, ZipStream

from archives.books.services.package.contents import Document, Entry, Evidence, PackageProblem, plan_package

__all__ = ["Progress", "package"]

Progress = Callable[[int, int, str], None]  # bytes done, bytes in all (as far as known), which file

_BLOCK = 1 << 20
_TOLD_EVERY = 32 << 20
_ROOM = 16 << 20  # what is left free on the disc beside the package
_HEADS = 1 << 9  # bytes of a ZIP for each file beside its contents, roughly


def package(
    out: Path,
    *,
    title: str,
    documents: Sequence[Document],
    evidence: Iterable[Evidence],
    subtitle: str = "",
    code: str = "",
    verify_address: str = "",
    progress: Progress | None = None,
) -> tuple[str, int]:
    """Write the package to `out`; return its SHA-256 and size, taken while it was written.

    PackageProblem names the file whose bytes are not what the archive recorded, that can't be read, or says that the disc
    has no room. Whatever `progress` raises stops the packing, too.
    """
    plan = plan_package(
        title=title,
        subtitle=subtitle,
        code=code,
        verify_address=verify_address,
        documents=documents,
        evidence=evidence,
    )
    _ask_room(out.parent, plan.total + _HEADS * len(plan.entries))
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.part")
    digest, size = hashlib.sha256(), 0
    try:
        with unfinished.open("wb") as stream:
            for block in _stream(plan.entries, _Teller(progress, plan.total)):
                digest.update(block)
                size += len(block)
                _write(stream.write, block)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(unfinished, out)
    except OSError as error:
        raise _problem(error) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return digest.hexdigest(), size


def _stream(entries: Iterable[Entry], teller: _Teller) -> Iterator[bytes]:
    """The ZIP's bytes. Files are kept as they are: most are PDFs and pictures, which don't shrink."""
    archive = ZipStream(compress_type=ZIP_STORED)
    for entry in entries:
        archive.add(_checked(entry, teller), entry.path)
        yield from archive.all_files()
    yield from archive.finalize()


def _checked(entry: Entry, teller: _Teller) -> Iterator[bytes]:
    """The file's bytes; at its end, PackageProblem unless they are those of its digest."""
    found = hashlib.sha256()
    teller.begin(entry.label)
    try:
        with entry.open() as stream:
            while block := stream.read(_BLOCK):
                found.update(block)
                teller.add(len(block))
                yield block
    except OSError as error:
        raise PackageProblem(f"读不出：{entry.label}（{error.strerror or error}）。") from error
    if found.hexdigest() != entry.sha256.lower():
        raise PackageProblem(f"文件与登记的校验值不符：{entry.label}。请先在档案检测里查明原因，再打包。")


class _Teller:
    """Tells how far the packing is, at each file and within large ones."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total = progress, total
        self._done = self._told = 0
        self._label = ""

    def begin(self, label: str) -> None:
        self._label = label
        self._tell()

    def add(self, size: int) -> None:
        self._done += size
        if self._done - self._told >= _TOLD_EVERY:
            self._tell()

    def _tell(self) -> None:
        self._told = self._done
        if self._progress is not None:
            self._progress(self._done, self._total, self._label)


def _ask_room(folder: Path, needed: int) -> None:
    """Before anything is written: whether the disc can hold it."""
    free = shutil.disk_usage(folder).free
    if needed + _ROOM > free:
        raise PackageProblem(f"磁盘空间不足：需要约 {_mb(needed + _ROOM)} MB，可用 {_mb(free)} MB。")


def _write(write: Callable[[bytes], object], block: bytes) -> None:
    try:
        write(block)
    except OSError as error:
        raise _problem(error) from error


def _problem(error: OSError) -> PackageProblem:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return PackageProblem("磁盘已满，资料包没有写成，已清理。请腾出空间后重试。")
    return PackageProblem(f"资料包写不下去：{error.strerror or error}。")


def _mb(size: int) -> int:
    return -(-size // (1 << 20))
