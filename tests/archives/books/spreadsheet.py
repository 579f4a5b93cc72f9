"""LibreOffice without a screen: opens a workbook, reckons every formula anew, and writes what it got."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

SOFFICE = shutil.which("soffice")
# Always recalculate on loading (0), whichever program wrote the file: the default trusts the results stored in it.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
  <value>0</value></prop></item>
</oor:items>
"""


def recalculate(path: Path, folder: Path) -> Path:
    """The same workbook with LibreOffice's own results."""
    assert SOFFICE, "install libreoffice-calc-nogui (scripts/test does)"
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    out = folder / "recalculated"
    command = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(path)]
    subprocess.run(
        command,
        check=True,
        capture_output=True,
        timeout=180,
    )
    return out / path.name


def results(path: Path) -> dict[tuple[str, str], Any]:
    """Sheet and cell → stored result, for every cell that isn't blank."""
    book = load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def formulas(path: Path) -> dict[tuple[str, str], str]:
    """Sheet and cell → formula."""
    book = load_workbook(path)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def differences(stored: Path, reckoned: Path) -> list[str]:
    """Formula cells whose stored result is not what LibreOffice reckons; figures to nine digits."""
    mine, theirs = results(stored), results(reckoned)
    found = []
    for at, formula in formulas(stored).items():
        one, other = mine.get(at) or "", theirs.get(at) or ""
        if isinstance(one, int | float) and isinstance(other, int | float):
            if abs(one - other) <= 1e-9 * max(1, abs(one)):
                continue
        elif (one or "") == (other or ""):
            continue
        found.append(f"{at[0]}!{at[1]}: {one!r} {other!r} {formula[:200]}")
    return found
