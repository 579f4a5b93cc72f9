"""A whole dossier by two workers against one plain WeasyPrint call on the same HTML, in one run.

python -m benchmarks.dossier       prints the figures and puts them into docs/benchmarks.md

The demonstration is made and a snapshot of May 2017 taken. “Whole”: from the order to the bound book, by the product's own jobs
in two processes on empty caches, charts drawn and fonts embedded. “One indicator”: a figure changes, another snapshot is taken,
its dossier ordered. “Plain”: the same pages as one HTML document, one call in one process; neither the making of the HTML nor
the drawing of its charts is counted for it. It is called before and after the book, each in a process of its own, and the mean
is taken: on a machine that others use, too, minutes differ. Peak memory is that of each process over its life.
"""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.sections import put_section

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "benchmarks.md"
HEADING = "预评估资料：分章印制再成册"
WORKERS = 2
PAGES, CHARTS = 120, 50
AIMS = {"time": 0.7, "size": 3.0, "one": 0.15, "memory": 0.6}
Run = Mapping[str, Any]


def main() -> None:
    run = _run()
    lines = section(run, date.today())
    OUT.write_text(put_section(OUT.read_text(encoding="utf-8"), HEADING, lines), encoding="utf-8")
    print("\n".join(lines))


def section(run: Run, on: date) -> list[str]:
    """The lines of the section."""
    plain = run["plain"]
    rows = [
        (
            "整册，两个进程",
            "时间",
            f"{run['whole']:.1f} s",
            f"{plain['seconds']:.1f} s",
            run["whole"] / plain["seconds"],
            "time",
        ),
        (
            "只改一项指标",
            "时间",
            f"{run['one']:.1f} s",
            f"{plain['seconds']:.1f} s",
            run["one"] / plain["seconds"],
            "one",
        ),
        (
            "成品大小",
            "大小",
            f"{run['bytes'] / 1e6:.2f} MB",
            f"{plain['bytes'] / 1e6:.2f} MB",
            run["bytes"] / plain["bytes"],
            "size",
        ),
    ]
    memory = max(run["memory"])
    ours, theirs = run["cpu"], plain["cpu"]
    return [
        "`python -m benchmarks.dossier` 生成。分母是同一份 HTML 一次直接调用 WeasyPrint（不算生成 HTML 和画图）；"
        "分子从下单到成册，空缓存，画图、嵌字体都算在内；之后的 PDF/A、工作簿、资料包不算。",
        "",
        f"{on:%Y-%m-%d}，{platform.system()}，{os.cpu_count()} 核，Python {platform.python_version()}，"
        f"测量时系统负载最高 {run['load']:.1f}。"
        f"演示数据：{run['pages']} 页（直接调用 {plain['pages']} 页），{run['charts']} 张图，{run['chapters']} 章；"
        f"改一项指标后重印 {run['reprinted']} 章。",
        "",
        "| 项目 | 量 | 分章 | 直接调用 | 比值 | 目标 |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *[
            f"| {name} | {what} | {ours} | {theirs} | {_marked(ratio, AIMS[aim])} | ≤ {AIMS[aim]:g} |"
            for name, what, ours, theirs, ratio, aim in rows
        ],
        f"| 整册，两个进程合计 | CPU 时间 | {ours:.1f} s | {theirs:.1f} s | {ours / theirs:.2f} | |",
        f"| 一个进程的内存峰值 | 内存 | {_marked(memory / 1e9, AIMS['memory'])} GB | {plain['memory'] / 1e9:.2f} GB "
        f"| | ≤ {AIMS['memory']:g} GB |",
    ]


def _marked(ratio: float, aim: float) -> str:
    return f"{ratio:.2f}" if round(ratio, 2) <= aim else f"**{ratio:.2f}**"


def _run() -> Run:
    with tempfile.TemporaryDirectory(prefix="chuangmo-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUANGMO_")}
        environment |= {
            "CHUANGMO_ENV_FILE": os.devnull,
            "CHUANGMO_SECRET_KEY": "benchmark",
            "CHUANGMO_DATA_DIR": folder,
            "CHUANGMO_TODAY": "2017-06-06",
            "CHUANGMO_DEMO": "true",
        }
        for command in (["migrate", "-v0"], ["load_plan", "-v0"], ["demo"]):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        return _asked(environment, "measure")


def _asked(environment: Mapping[str, str], what: str) -> Run:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.dossier", what],
        cwd=ROOT,
        env=dict(environment),
        check=True,
        stdout=subprocess.PIPE,
    )
    found: Run = json.loads(done.stdout.splitlines()[-1])
    return found


# In the process that has the database -----------------------------------------------------------------------


def measure() -> Run:
    """Two workers stand ready; the whole book, then the book after one change; the plain call in processes of its own before and
    after, when no worker asks for work."""
    from django.conf import settings

    from archives.dossiers.models import DossierChapter
    from archives.snapshots.models import SnapshotChapter
    from chuangmo.jobs.models import Job

    Job.objects.filter(state="waiting").delete()  # what the demonstration left to do is not ours
    stop = Path(settings.DATA_DIR) / "stop"
    load = os.getloadavg()[0]
    first = _snapshot("整册")
    before = _asked(os.environ, f"plain:{first.pk}")
    workers = [_worker() for _ in range(WORKERS)]
    whole, cpu, dossier, size = _timed(first, workers)
    _change_a_figure()
    one, _, again, _ = _timed(_snapshot("改一项"), workers)
    stop.touch()
    memory = [json.loads(worker.communicate()[0].splitlines()[-1])["memory"] for worker in workers]
    plain = _mean(before, _asked(os.environ, f"plain:{first.pk}"))
    contents = [row.content for row in SnapshotChapter.objects.filter(snapshot=first)]
    return {
        "whole": whole,
        "cpu": cpu,
        "one": one,
        "bytes": size,
        "pages": dossier.pages,
        "chapters": dossier.chapters.count(),
        "reprinted": DossierChapter.objects.filter(dossier=again, is_reused=False).count(),
        "charts": sum(len(content.get("charts", ())) for content in contents),
        "memory": memory,
        "plain": plain,
        "load": max(load, os.getloadavg()[0]),
    }


def _mean(one: Run, other: Run) -> Run:
    """Two runs of the plain call as one."""
    means = {name: (one[name] + other[name]) / 2 for name in ("seconds", "cpu")}
    return {**other, **means, "memory": max(one["memory"], other["memory"])}


def _cpu_seconds(processes: Sequence[subprocess.Popen[bytes]]) -> float:
    """Processor time that running processes used so far."""
    ticks = 0
    for process in processes:
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _worker() -> subprocess.Popen[bytes]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.dossier", "worker"], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    worker.stdout.readline()  # it is ready
    return worker


def _snapshot(title: str) -> Any:
    from archives.snapshots.services.taking import take_snapshot
    from chuangmo.access.models import User
    from indicators.plan.models import Plan

    by = User.objects.get(username="wangkezhang")
    return take_snapshot(by=by, plan=Plan.objects.current(), as_of=date(2017, 5, 31), title=title)


def _timed(snapshot: Any, workers: Sequence[subprocess.Popen[bytes]]) -> tuple[float, float, Any, int]:
    """Seconds from the order to the bound book, processor time of the workers until then, the dossier when its files are there,
    bytes of the book."""
    from archives.dossiers.models import Dossier
    from archives.dossiers.services.making import BIND, start_dossier
    from chuangmo.jobs.models import Job

    began, used = time.perf_counter(), _cpu_seconds(workers)
    dossier = start_dossier(by=snapshot.by, snapshot=snapshot)
    while not (bound := Job.objects.filter(kind=BIND, key=str(dossier.pk), state="done").first()):
        time.sleep(0.02)
    seconds, cpu = time.perf_counter() - began, _cpu_seconds(workers) - used
    while not Dossier.objects.filter(pk=dossier.pk, state="done").exists():
        time.sleep(0.02)
    dossier.refresh_from_db()
    return seconds, cpu, dossier, bound.result["bytes"]


def _change_a_figure() -> None:
    """One accepted figure of the newest month of indicator 13's first element is corrected."""
    from django.utils import timezone

    from indicators.assessment.services import refresh_all
    from indicators.plan.models import Plan
    from indicators.reporting.models import Figure

    old = (
        Figure.objects.current()
        .filter(element__code__startswith="i13.")
        .order_by("-period_end", "pk")
        .first()
    )
    assert old is not None and old.value is not None
    Figure.objects.filter(pk=old.pk).update(superseded_at=timezone.now())
    old.pk, old.value = None, old.value + 1
    old.save(force_insert=True)
    refresh_all(plan=Plan.objects.current())


def worker() -> None:
    """Do what is due until told to stop; say so when ready, and at the end how much memory it took."""
    from django.conf import settings

    import archives.dossiers.tasks  # noqa: F401
    from chuangmo.jobs.services import run_job
    from chuangmo.jobs.services.leases import KeepAlive
    from chuangmo.jobs.services.running import next_due

    import weasyprint  # noqa: F401  # isort: skip

    stop = Path(settings.DATA_DIR) / "stop"
    print("ready", flush=True)
    while not stop.exists():
        job = next_due()
        if job is None or not run_job(job, keeper=KeepAlive):
            time.sleep(0.02)
    print(json.dumps({"memory": _peak()}))


def plain(snapshot_id: int) -> Run:
    """The same pages as one document."""
    from weasyprint import CSS, HTML

    from archives.dossiers.services.book import book_of
    from archives.dossiers.services.printing import sheet_path
    from archives.snapshots.models import Snapshot

    snapshot = Snapshot.objects.get(pk=snapshot_id)
    book = book_of(snapshot)
    rows = snapshot.chapters.exclude(slug="cover").order_by("order")
    html = _joined({row.slug: book.html(row) for row in rows})
    began, used = time.perf_counter(), time.process_time()
    document = HTML(string=html).render(stylesheets=[CSS(filename=str(sheet_path()))])
    pdf = document.write_pdf()
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - used,
        "bytes": len(pdf),
        "pages": len(document.pages),
        "memory": _peak(),
    }


def _joined(chapters: Mapping[str, str]) -> str:
    """The bodies of all chapters in one document, each on a new page, ids and links made the chapter's own."""
    bodies = []
    for slug, html in chapters.items():
        body = html[html.index("<body") : html.rindex("</body>")]
        body = re.sub(r' id="([\w-]+)"', rf' id="{slug}-\1"', body)
        body = re.sub(
            r'href="dossier:([\w-]+)#?([\w-]*)"', lambda one: f'href="#{one[1]}-{one[2] or "top"}"', body
        )
        head, _, rest = body.partition(">")
        bodies.append(f'{head.replace("<body", "<div")} style="break-before: page">{rest}</div>')
    return f'<!doctype html><html lang="zh-CN"><body>{"".join(bodies)}</body></html>'


def _peak() -> int:
    """Bytes of memory that this process had at most."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    if len(sys.argv) < 2:
        main()
    else:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")
        django.setup()
        asked, _, number = sys.argv[1].partition(":")
        if asked == "worker":
            worker()
        elif asked == "plain":
            print(json.dumps(plain(int(number))))
        else:
            print(json.dumps(measure()))
