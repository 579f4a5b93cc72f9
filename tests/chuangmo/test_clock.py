"""The business date of a demonstration, the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

ROOT = Path(__file__).resolve().parents[2]
ASK = "import django; django.setup(); from chuangmo import clock; print(clock.today())"


def today_of_a_process(**env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={**os.environ, **env},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_processes_that_start_on_different_days_agree():
    """A worker that starts two days after the pages counts from the same day as they do."""
    begun = timezone.localdate() - timedelta(days=2)
    assert today_of_a_process(CHUANGMO_TODAY="2017-06-06") == "2017-06-06"
    assert today_of_a_process(CHUANGMO_TODAY="2017-06-06", CHUANGMO_TODAY_SINCE=str(begun)) == "2017-06-08"
