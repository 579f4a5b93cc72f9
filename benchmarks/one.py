"""One database, one size: fill it, measure every page and its floor in turn, print the figures as JSON.

python -m benchmarks.one MONTHS      what is filled already is measured as it is
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

ROUNDS, COLD_ROUNDS = 25, 3
Job = Callable[[], None]


def main() -> None:
    months = int(sys.argv[1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ROOT_URLCONF = "benchmarks.floors"
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    json.dump(measure(months), sys.stdout)


def measure(months: int) -> dict[str, Any]:
    """Fill the database unless it is, and measure: how many values there are, and by page the seconds, cold and warm."""
    from benchmarks.data import fill, world
    from indicators.assessment.services import refresh_all
    from indicators.plan.models import Plan

    begun = time.perf_counter()
    if Plan.objects.exists():
        found = world()
    else:
        found = fill(months)
        filled = time.perf_counter()
        refresh_all(plan=found.plan)
        print(
            f"{found.values} values in {filled - begun:.0f} s, verdicts in {time.perf_counter() - filled:.0f} s",
            file=sys.stderr,
        )
    return {"values": found.values, "times": _times(jobs(found)), "load": os.getloadavg()[0]}


def jobs(world: Any) -> dict[str, Job]:
    """What is measured, by name; each job makes one request and fails unless it was answered well."""
    from django.test import Client

    from chuangmo.review.models import State
    from indicators.reporting.models import Report, ReportValue

    reporter, office = Client(), Client()
    for client, person in ((reporter, world.reporter), (office, world.office)):
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    unit = world.reporter.memberships.get().unit
    report = Report.objects.filter(unit=unit, case__state=State.DRAFT).order_by("-period_end", "pk")[0]
    cell = ReportValue.objects.filter(report=report).order_by("pk")[0]
    versions = ReportValue.objects.filter(pk=cell.pk).values_list("version", flat=True)
    seen: list[int] = []

    def autosave() -> None:
        version = seen.pop() if seen else versions[0]
        response = reporter.post(
            f"/reports/{report.pk}/save/",
            {"cell": f"v{cell.pk}", "raw": str(100 + version % 50), "version": version},
            headers={"accept": "application/json"},
        )
        assert response.status_code == 200, (response.status_code, response.content[:300])
        seen.append(response.json()["cells"][0]["version"])

    def write() -> None:
        assert reporter.post("/floor/write/", {"phone": "1"}).status_code == 200

    return {
        "floor page": _get(office, "/floor/page/"),
        "floor cells": _get(office, "/floor/cells/"),
        "floor write": write,
        "home": _get(reporter, "/"),
        "home office": _get(office, "/"),
        "wall": _get(office, "/p/2017/indicators/"),
        "matrix": _get(office, "/p/2017/matrix/"),
        "queue": _get(office, "/review/accept/"),
        "entry": _get(reporter, f"/reports/{report.pk}/"),
        "autosave": autosave,
    }


def _get(client: Any, url: str) -> Job:
    def get() -> None:
        response = client.get(url)
        assert response.status_code == 200, (url, response.status_code)

    return get


def _times(found: dict[str, Job]) -> dict[str, dict[str, float]]:
    """Seconds by name: `cold` the first request of a fresh process, `warm` the median of many, `best` the fastest.

    A page and its floor take turns, so that a slower minute of the machine falls on both.
    """
    cold: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(COLD_ROUNDS):
        for name, job in found.items():
            cold[name].append(_in_a_process_of_its_own(job))
    warm: dict[str, list[float]] = {name: [] for name in found}
    for job in found.values():
        job()
    for _ in range(ROUNDS):
        for name, job in found.items():
            warm[name].append(_timed(job))
    return {
        name: {"cold": median(cold[name]), "warm": median(warm[name]), "best": min(warm[name])}
        for name in found
    }


def _in_a_process_of_its_own(job: Job) -> float:
    """Seconds of the job in a fork that has answered nothing yet: no template, address or query is at hand there."""
    from django.db import connection

    connection.close()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, repr(_timed(job)).encode())
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as answer:
        taken = answer.read()
    os.waitpid(child, 0)
    return float(taken)


def _timed(job: Job) -> float:
    begun = time.perf_counter()
    job()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
