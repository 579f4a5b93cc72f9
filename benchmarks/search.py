"""Measures full-text search over 20,000 archived files against a plain indexed look-up; writes its part of docs/benchmarks.md.

  python -m benchmarks.search            both databases, in throw-away ones
  python -m benchmarks.search one COUNT  the database of the settings (empty), as JSON; what the first form calls

The floor is a look-up of one attachment by its indexed owner. Both are asked within the same permissions as a page asks.
"""

from __future__ import annotations

import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.sections import put_section

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "benchmarks.md"
COUNT, ASKED, SEED = 20_000, 300, 7
HEADING = "档案检索"


def main() -> None:
    if sys.argv[1:2] == ["one"]:
        json.dump(_measure(int(sys.argv[2])), sys.stdout)
        return
    results = {database: _run(database) for database in ("SQLite", "PostgreSQL")}
    OUT.write_text(put_section(OUT.read_text(encoding="utf-8"), HEADING, report(results)), encoding="utf-8")
    print("\n".join(report(results)))


def _run(database: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="chuangmo-search-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUANGMO_")}
        environment |= {
            "CHUANGMO_ENV_FILE": os.devnull,
            "CHUANGMO_SECRET_KEY": "benchmark",
            "CHUANGMO_DATA_DIR": folder,
        }
        command = [sys.executable, "-m", "benchmarks.search", "one", str(COUNT)]
        if database == "PostgreSQL":
            command = [str(ROOT / "scripts" / "with-postgres"), *command]
        print(f"{database}, {COUNT} files …", file=sys.stderr, flush=True)
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE)
        return dict(json.loads(done.stdout))


def _measure(count: int) -> dict[str, Any]:
    """Seconds of each search of real phrases (2 to 8 characters), of the floor, and of filling the index."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from archives.texts.models import Chunk
    from archives.texts.queries.search import hits_in, search
    from chuangmo.files.models import Attachment

    call_command("migrate", verbosity=0)
    texts = _texts(count)
    filled = _timed(lambda: _fill(texts))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    chance = random.Random(SEED)
    within = Attachment.objects.filter(owner_kind="piece").values("file")
    phrases, missed = [_phrase(chance, chance.choice(texts)) for _ in range(ASKED)], 0
    search("预热", within)
    times: dict[str, list[float]] = {"search": [], "hits": [], "floor": []}
    for phrase in phrases:
        begun = time.perf_counter()
        found = search(phrase, within)
        times["search"].append(time.perf_counter() - begun)
        missed += not any(one.exact for one in found)
        files = [one.file_id for one in found[:20]]
        times["hits"].append(_timed(lambda files=files, phrase=phrase: hits_in(phrase, files)))
        owner = chance.randrange(count)
        times["floor"].append(
            _timed(lambda owner=owner: list(Attachment.objects.filter(owner_kind="piece", owner_id=owner)))
        )
    return {
        **{name: quantiles(values, n=20)[18] for name, values in times.items()},
        **{f"{name} median": quantiles(values, n=2)[0] for name, values in times.items()},
        "missed": missed,
        "filled": filled,
        "chunks": Chunk.objects.count(),
        "load": os.getloadavg()[0],
    }


def _texts(count: int) -> list[str]:
    """Papers of some 900 characters: sentences of the guides and decisions, drawn anew for each."""
    import re

    chance = random.Random(SEED)
    sentences = [
        sentence
        for path in sorted((ROOT / "docs").rglob("*.md"))
        for sentence in re.findall(r"[一-鿿][^。；|\n]{12,80}", path.read_text(encoding="utf-8"))
    ]
    return ["。".join(chance.choices(sentences, k=28)) for _ in range(count)]


def _phrase(chance: random.Random, text: str) -> str:
    import re

    run = chance.choice(re.findall(r"[一-鿿]{2,}", text))
    length = min(len(run), chance.randint(2, 8))
    start = chance.randint(0, len(run) - length)
    return str(run[start : start + length])


def _fill(texts: list[str]) -> None:
    """As `texts.services.extracting.keep` writes it, a thousand at a time; without fingerprints, which no search reads."""
    from django.db import transaction
    from django.utils import timezone

    from archives.texts.models import Chunk, FileText
    from archives.texts.services.extracting import READER, chunks_of
    from archives.texts.services.indexing import write_lines
    from chuangmo.access.models import User
    from chuangmo.files.models import Attachment, MaterialKind, StoredFile

    by, now = User.objects.create(username="somebody"), timezone.now()
    for start in range(0, len(texts), 1_000):
        some = texts[start : start + 1_000]
        with transaction.atomic():
            files = StoredFile.objects.bulk_create(
                StoredFile(sha256=f"{n:064x}", size=len(text), mime="text/plain", path=f"{n}")
                for n, text in enumerate(some, start)
            )
            rows = FileText.objects.bulk_create(
                FileText(file=file, pages=1, characters=file.size, reader=READER, read_at=now)
                for file in files
            )
            chunks = [chunk for row, text in zip(rows, some, strict=True) for chunk in chunks_of(row, [text])]
            write_lines(Chunk.objects.bulk_create(chunks, batch_size=500))
            Attachment.objects.bulk_create(
                Attachment(
                    file=file,
                    owner_kind="piece",
                    owner_id=n,
                    name=f"{n}.txt",
                    kind=MaterialKind.STATEMENT,
                    uploaded_by=by,
                )
                for n, file in enumerate(files, start)
            )


def _timed(job: Callable[[], object]) -> float:
    begun = time.perf_counter()
    job()
    return time.perf_counter() - begun


def report(results: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The lines of the section from database → what was measured."""
    load = max(run["load"] for run in results.values())
    lines = [
        f"`python -m benchmarks.search` 生成。{COUNT:,} 个文件，每个约 900 字；{ASKED} 个词句取自正文的随机位置，2 至 8 个汉字，"
        "在一个人可见的全部附件里查找。下限是同一次运行里按索引取一个归属的附件；标出位置是结果第一页（20 件）的摘录。",
        f"{date.today():%Y-%m-%d}，{platform.system()}，{os.cpu_count()} 核，Python {platform.python_version()}，"
        f"测量时系统负载最高 {load:.1f}。",
        "",
        "| 数据库 | 查找 p95 (ms) | 中位 (ms) | 标出位置 p95 (ms) | 下限 p95 (ms) | 查找 ÷ 下限 | 没找到 | 建索引每件 (ms) |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for database, run in results.items():
        lines.append(
            f"| {database} | {_ms(run['search'])} | {_ms(run['search median'])} | {_ms(run['hits'])} "
            f"| {_ms(run['floor'])} | {run['search'] / run['floor']:.0f} | {run['missed']} "
            f"| {_ms(run['filled'] / COUNT)} |"
        )
    return lines


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


if __name__ == "__main__":
    main()
