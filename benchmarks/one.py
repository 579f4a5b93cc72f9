"""One database, one size: fill it, measure every page and its floor in turn, print the figures as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

ROUNDS = 25


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
    from benchmarks.data import fill
    from indicators.assessment.services import refresh_all

    begun = time.perf_counter()
    world = fill(months)
    refresh_all(plan=world.plan)
    print(f"filled {world.values} values in {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    json.dump({"values": world.values, "times": _measure(world)}, sys.stdout)


def _measure(world: Any) -> dict[str, dict[str, float]]:
    """Seconds by name: `cold` is the first call of the process, `warm` the median of the rest.

    A page and its floor take turns, so that a slower minute of the machine falls on both.
    """
    from django.test import Client

    from chuangmo.review.models import State
    from indicators.reporting.models import Report, ReportValue

    clients = {}
    for person in (world.reporter, world.reviewer, world.office):
        clients[person.username] = Client()
        clients[person.username].force_login(person, "django.contrib.auth.backends.ModelBackend")
    reporter, office = clients["reporter"], clients["office"]
    unit = world.reporter.memberships.get().unit
    report = Report.objects.filter(unit=unit, case__state=State.DRAFT).order_by("-period_end")[0]
    cell = ReportValue.objects.filter(report=report)[0]
    version = [cell.version]

    def autosave() -> None:
        response = reporter.post(
            f"/reports/{report.pk}/save/",
            {"cell": f"v{cell.pk}", "raw": str(100 + version[0] % 50), "version": version[0]},
            headers={"accept": "application/json"},
        )
        assert response.status_code == 200, (response.status_code, response.content[:300])
        version[0] = response.json()["cells"][0]["version"]

    phone = [0]

    def write() -> None:
        phone[0] += 1
        assert reporter.post("/floor/write/", {"phone": str(phone[0])}).status_code == 200

    jobs: dict[str, Callable[[], None]] = {
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
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(ROUNDS):
        for name, job in jobs.items():
            begun = time.perf_counter()
            job()
            times[name].append(time.perf_counter() - begun)
    return {name: {"cold": taken[0], "warm": median(taken[1:])} for name, taken in times.items()}


def _get(client: Any, url: str) -> Callable[[], None]:
    def get() -> None:
        response = client.get(url)
        assert response.status_code == 200, (url, response.status_code)

    return get


if __name__ == "__main__":
    main()
