"""LibreOffice without a screen: what a word processor makes of our DOCX files."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

SOFFICE = shutil.which("soffice")


def has_writer() -> bool:
    """Whether this LibreOffice opens letters, too."""
    return SOFFICE is not None and (Path(SOFFICE).resolve().parent / "libswlo.so").exists()


def as_pdf(papers: Iterable[Path], folder: Path) -> list[Path]:
    """Each as LibreOffice prints it."""
    assert SOFFICE
    paths = list(papers)
    profile = folder / "profile"
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "pdf:writer_pdf_Export", "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return [folder / f"{path.stem}.pdf" for path in paths]
