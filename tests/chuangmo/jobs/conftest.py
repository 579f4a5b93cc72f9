from __future__ import annotations

import pytest

from tests.chuangmo.jobs import work

PATH = "tests.chuangmo.jobs.work"


@pytest.fixture(autouse=True)
def kinds(settings) -> None:
    settings.JOB_KINDS = {
        **settings.JOB_KINDS,
        "note": {"run": f"{PATH}.note", "label": "记一笔"},
        "break": {"run": f"{PATH}.break_down", "label": "出错", "attempts": 3},
        "put_off": f"{PATH}.put_off",
    }
    work.calls.clear()
