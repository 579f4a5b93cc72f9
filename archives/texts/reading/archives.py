"""Zip-based formats: refused before anything is unpacked that would grow beyond measure."""

from __future__ import annotations

import zipfile
from pathlib import Path

MOST_INFLATED = 256 * 1024 * 1024
MOST_ENTRIES = 20_000
STEP = 1024 * 1024


class Bomb(Exception):
    """The archive inflates beyond what a file of proof can need."""


def open_zip(path: Path) -> zipfile.ZipFile:
    """The archive, after its entries were inflated once and counted: what its directory announces may be a lie.

    zipfile.BadZipFile for one that is cut off.
    """
    archive = zipfile.ZipFile(path)
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_INFLATED:
        raise Bomb
    total = 0
    for entry in entries:
        with archive.open(entry) as stream:
            while block := stream.read(STEP):
                total += len(block)
                if total > MOST_INFLATED:
                    raise Bomb
    return archive
