"""The Celery application: `celery -A chuangmo worker`, `celery -A chuangmo beat`.

Messages are hints; what is to be done stands in `jobs.Job`. Nothing imports this while a page is made, except the
sending of a hint after a commit (`jobs.services.publishing`).
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.bootsteps import StartStopStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")

app = Celery("chuangmo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["chuangmo.jobs"])


class SignOfLife(StartStopStep):
    """While a worker runs, its row in `jobs.Process` says so. Begun after the pool: its processes inherit no thread."""

    requires = {"celery.worker.components:Pool"}

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        if not parent.app.conf.broker_url:
            raise SystemExit(
                "请设置 CHUANGMO_REDIS_URL（见 .env.example）：没有消息队列，执行进程收不到任务。"
            )
        self.pulse: Any = None

    def start(self, parent: Any) -> None:
        from chuangmo.jobs.services.processes import Pulse  # needs Django's models

        self.pulse = Pulse("worker", f"{parent.hostname}:{os.getpid()}")
        self.pulse.start()

    def stop(self, parent: Any) -> None:
        if self.pulse is not None:
            self.pulse.stop()
            self.pulse = None

    def terminate(self, parent: Any) -> None:
        self.stop(parent)


app.steps["worker"].add(SignOfLife)
