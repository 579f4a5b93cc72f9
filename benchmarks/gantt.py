"""The Gantt of 500 projects × 12 stages in a real browser against an empty page of the same site, in one run.

python -m benchmarks.gantt      prints the figures and puts them into docs/benchmarks.md

Measured is the browser's first contentful paint (from the click on, the server's work included) and the end of loading.
Page and floor take turns in one browser whose cache has the style sheets, signed in as the steering office.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.sections import put_section

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "benchmarks.md"
HEADING = "甘特图：500 项工程"
PROJECTS, ROUNDS, AIM = 500, 11, 3.0
PAGES = {"空页（下限）": "/floor/page/", "甘特图": "/p/2017/projects/gantt/", "列表": "/p/2017/projects/"}
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PAINTED = """() => new Promise(done => {
  const look = () => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const page = performance.getEntriesByType('navigation')[0];
    if (paint && page.loadEventEnd) done([paint.startTime, page.loadEventEnd, page.responseEnd]);
    else requestAnimationFrame(look);
  };
  look();
})"""


def main() -> None:
    if "CHUANGMO_DATA_DIR" not in os.environ:
        _again_in_a_folder_of_its_own()
        return
    _prepare()
    lines = report(_measure(), date.today())
    print("\n".join(lines))
    OUT.write_text(put_section(OUT.read_text(encoding="utf-8"), HEADING, lines), encoding="utf-8")


def _again_in_a_folder_of_its_own() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CHUANGMO_")}
    with tempfile.TemporaryDirectory(prefix="chuangmo-bench-") as folder:
        environment |= {
            "CHUANGMO_ENV_FILE": os.devnull,
            "CHUANGMO_SECRET_KEY": "benchmark",
            "CHUANGMO_DATA_DIR": folder,
            "CHUANGMO_TODAY": "2017-06-06",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        }
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, cwd=ROOT, env=environment, check=True)
        subprocess.run([sys.executable, "-m", "benchmarks.gantt"], cwd=ROOT, env=environment, check=True)


def _prepare() -> None:
    """A migrated database with one office, one county and the projects."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")
    import django

    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    settings.ROOT_URLCONF = "benchmarks.floors"
    # The tables alone, from the models: nothing of what the migrations bring besides is on these pages.
    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    from benchmarks.projects import many_projects
    from chuangmo.access.models import Role, User
    from chuangmo.access.services import add_membership
    from chuangmo.org.models import Unit, UnitKind
    from indicators.plan.models import Plan

    plan = Plan.objects.create(
        code="2017",
        name="方案",
        year=2017,
        window_start=date(2017, 1, 1),
        window_end=date(2017, 12, 31),
        is_current=True,
    )
    county, bureau, office = (
        Unit.objects.create(name=name, short_name=name, kind=kind)
        for name, kind in (("县", UnitKind.COUNTY), ("局", UnitKind.BUREAU), ("市创模办", UnitKind.OFFICE))
    )
    person = User.objects.create(username="office", name="王科长")
    add_membership(user=person, unit=office, role=Role.OFFICE, by=None)
    many_projects(plan, county, bureau, PROJECTS)


def _measure() -> dict[str, list[tuple[float, ...]]]:
    """By page: first paint, load, answer in milliseconds, a triple for each round; the first round is left out."""
    from django.conf import settings
    from django.core.servers.basehttp import WSGIServer
    from django.test import Client
    from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler, _StaticFilesHandler
    from playwright.sync_api import sync_playwright

    from chuangmo.access.models import User

    class Server(LiveServerThread):
        server_class = WSGIServer

        def _create_server(self, connections_override: Any = None) -> Any:
            return self.server_class(
                (self.host, self.port), QuietWSGIRequestHandler, allow_reuse_address=False
            )

    server = Server("127.0.0.1", _StaticFilesHandler)
    server.start()
    server.is_ready.wait()
    client = Client()
    client.force_login(User.objects.get(), "django.contrib.auth.backends.ModelBackend")
    base = f"http://127.0.0.1:{server.port}"
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in PAGES}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=base, viewport={"width": 1280, "height": 900}, locale="zh-CN")
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base}])
        page = context.new_page()
        for number in range(ROUNDS + 1):
            for name, url in PAGES.items():
                answer = page.goto(url)
                assert answer is not None and answer.status == 200, (url, answer)
                times = page.evaluate(PAINTED)
                if number:
                    found[name].append(tuple(times))
        browser.close()
    server.terminate()
    return found


def report(found: dict[str, list[tuple[float, ...]]], on: date) -> list[str]:
    """The section of docs/benchmarks.md."""
    from projects.works.views.projects import PAGE

    floor = [median(column) for column in zip(*found["空页（下限）"], strict=True)]
    lines = [
        f"`python -m benchmarks.gantt` 生成。{PROJECTS} 项工程 × 12 个阶段，每项有批准的工期和审定的五月进度；"
        f"真实的 Chromium，样式表已在缓存里，与同一站点的空页轮流打开，各 {ROUNDS} 次的中位数。一页列 {PAGE} 项。",
        "",
        f"{on:%Y-%m-%d}，{platform.system()}，{os.cpu_count()} 核，Python {platform.python_version()}，"
        f"测量时系统负载 {os.getloadavg()[0]:.1f}。",
        "",
        "| 页面 | 首次绘制 (ms) | 比空页 | 目标 | 载入完 (ms) | 比空页 | 答复 (ms) |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, rounds in found.items():
        paint, load, answer = (median(column) for column in zip(*rounds, strict=True))
        ratio = paint / floor[0]
        shown = f"{ratio:.2f}" if round(ratio, 2) <= AIM else f"**{ratio:.2f}**"
        aim = "" if name == "空页（下限）" else f"≤ {AIM:g}"
        lines.append(
            f"| {name} | {paint:.0f} | {shown} | {aim} | {load:.0f} | {load / floor[1]:.2f} | {answer:.0f} |"
        )
    return lines


if __name__ == "__main__":
    main()
