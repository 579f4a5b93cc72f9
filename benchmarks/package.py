"""Measures a package of 3,000 files and 4 GB: time, memory, and what a plain copy of the same bytes takes.

  python -m benchmarks.package          writes its part of docs/benchmarks.md
  python -m benchmarks.package one      one measurement in this process, as JSON; what the first form calls

The files are sparse (they take no room on the disc), the package is real: about 4 GB of free space are needed. The floor is
a program that reads the same files, takes their SHA-256 and writes the bytes into one file.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- package: begin -->", "<!-- package: end -->"
FILES, BYTES = 3_000, 4 << 30
MEMORY_AIM_MB, TIME_AIM = 200, 2.0
BLOCK = 1 << 20


def main() -> None:
    if sys.argv[1:2] == ["one"]:
        json.dump(_measure(sys.argv[2]), sys.stdout)
        return
    with tempfile.TemporaryDirectory(prefix="chuangmo-package-") as folder:
        _fill(Path(folder))
        results = {name: _run(name, folder) for name in ("floor", "package")}
    text = OUT.read_text(encoding="utf-8")
    if BEGIN in text:
        text = text[: text.index(BEGIN)].rstrip("\n") + "\n" + text[text.index(END) + len(END) :].lstrip("\n")
    OUT.write_text(text.rstrip("\n") + "\n\n" + report(results, date.today()), encoding="utf-8")
    print(report(results, date.today()))


def _fill(folder: Path) -> None:
    """Sparse files of different sizes, with a name of their own in the first bytes."""
    (folder / "files").mkdir()
    for number in range(FILES):
        with (folder / "files" / f"{number:04d}.pdf").open("wb") as stream:
            stream.write(f"%PDF-1.7 {number}\n".encode())
            stream.truncate(BYTES // FILES + (number % 7 - 3) * 4096)


def _run(name: str, folder: str) -> dict[str, Any]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CHUANGMO_")}
    environment |= {
        "CHUANGMO_ENV_FILE": os.devnull,
        "CHUANGMO_SECRET_KEY": "benchmark",
        "CHUANGMO_DATA_DIR": folder,
        "PACKAGE_PART": name,
    }
    print(f"{name} …", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.package", "one", folder]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
    return dict(json.loads(done.stdout))


def _measure(folder: str) -> dict[str, Any]:
    """Seconds, peak memory (MB) of this process, bytes written."""
    paths = sorted((Path(folder) / "files").iterdir())
    digests = {
        path: _digest(path) for path in paths
    }  # the archive has them already; warms the cache for both
    out = Path(folder) / "out.zip"
    begun = time.perf_counter()
    if os.environ["PACKAGE_PART"] == "floor":
        _copy(paths, out)
    else:
        _package(paths, digests, out)
    seconds = time.perf_counter() - begun
    size = out.stat().st_size
    out.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "peak_mb": peak, "bytes": size, "load": os.getloadavg()[0]}


def _copy(paths: Sequence[Path], out: Path) -> None:
    found = hashlib.sha256()
    with out.open("wb") as stream:
        for path in paths:
            mine = hashlib.sha256()
            with path.open("rb") as source:
                while block := source.read(BLOCK):
                    mine.update(block)
                    found.update(block)
                    stream.write(block)
        stream.flush()
        os.fsync(stream.fileno())


def _package(paths: Sequence[Path], digests: dict[Path, str], out: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")
    import django

    django.setup()
    from archives.books.services.package import Evidence, package

    evidence = [
        Evidence.of_path(
            path,
            archive_number=f"CM01-WS·2017-D30-ZB{number % 26 + 1:02d}-{number:04d}",
            title=f"佐证材料第 {number} 件",
            sha256=digests[path],
        )
        for number, path in enumerate(paths, start=1)
    ]
    package(out, title="资料包", documents=(), evidence=evidence)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def report(results: dict[str, Any], day: date) -> str:
    """Its part of docs/benchmarks.md."""
    floor, made = results["floor"], results["package"]
    ratio, peak = made["seconds"] / floor["seconds"], made["peak_mb"]
    gigabytes = made["bytes"] / (1 << 30)

    def marked(text: str, good: bool) -> str:
        return text if good else f"**{text}**"

    return f"""{BEGIN}
## 资料包

`python -m benchmarks.package` 生成：{FILES:,} 个文件（稀疏文件，不占磁盘），打成一个 {gigabytes:.2f} GB 的 ZIP，
逐个核对 SHA-256。下限：读同样的文件，同样计算每个文件和整体的 SHA-256，写成一个文件。

{day.isoformat()}，{platform.system()}，{os.cpu_count()} 核，Python {platform.python_version()}，系统负载 {made["load"]:.1f}。

| | 用时 (s) | 内存峰值 (MB) | 目标 |
| --- | ---: | ---: | ---: |
| 下限 | {floor["seconds"]:.1f} | {floor["peak_mb"]:.0f} | |
| 资料包 | {made["seconds"]:.1f} | {marked(f"{peak:.0f}", peak <= MEMORY_AIM_MB)} | ≤ {MEMORY_AIM_MB} MB |
| 比下限 | {marked(f"{ratio:.2f}", ratio <= TIME_AIM)} | | ≤ {TIME_AIM:.0f} |
{END}
"""


if __name__ == "__main__":
    main()
