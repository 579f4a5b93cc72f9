"""Work done outside of requests, as rows: what waits, who has it in hand, how far it got, how it ended."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class State(models.TextChoices):
    WAITING = "waiting", "等待"
    RUNNING = "running", "进行中"
    DONE = "done", "完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"


OPEN = (State.WAITING, State.RUNNING)


class JobQuerySet(models.QuerySet):
    def open(self) -> JobQuerySet:
        return self.filter(state__in=OPEN)

    def due(self, at: datetime) -> JobQuerySet:
        """What may be begun at `at`, oldest first."""
        return self.filter(state=State.WAITING, not_before__lte=at).order_by("not_before", "id")

    def abandoned(self, at: datetime) -> JobQuerySet:
        """In hand of a process that no longer says so: it was killed, or hangs."""
        return self.filter(state=State.RUNNING, lease_until__lt=at)


class Job(models.Model):
    """One piece of background work of a kind in settings.JOB_KINDS; `args` are its keyword arguments (ids).

    A row is written in the transaction that wants the work. Whoever runs it holds a lease (`worker`, `lease_until`)
    that a heartbeat prolongs; every change of state is a conditional update, so that two never have it at once and
    what a process does after losing its lease is not taken for the end. Written by `jobs.services` alone.
    """

    kind = models.CharField("种类", max_length=60)
    key = models.CharField("去重键", max_length=120, blank=True)
    args = models.JSONField("参数", default=dict, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField("最早开始", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    again = models.BooleanField("完成后再来一次", default=False)
    hinted_at = models.DateTimeField("上次通知队列", null=True, blank=True)
    worker = models.CharField("执行者", max_length=120, blank=True)
    lease_until = models.DateTimeField("租约至", null=True, blank=True)
    heartbeat_at = models.DateTimeField("最近心跳", null=True, blank=True)
    progress_done = models.PositiveIntegerField("已完成", default=0)
    progress_total = models.PositiveIntegerField("共计", default=0)
    progress_text = models.CharField("进展", max_length=200, blank=True)
    result = models.JSONField("结果", null=True, blank=True)
    error = models.TextField("错误", blank=True)
    created_at = models.DateTimeField("登记时间", default=timezone.now)
    started_at = models.DateTimeField("最近开始", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="发起人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "后台任务"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=["waiting", "running"]) & ~Q(key=""),
                name="jobs_job_one_open_per_key",
                violation_error_message="同样的任务已在等待或进行。",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False),
                name="jobs_job_running_has_lease",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What is due, oldest first: the worker's next, the sweeper, the status page.
            models.Index(fields=["not_before", "id"], condition=Q(state="waiting"), name="jobs_job_waiting"),
            # Whose lease ran out.
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="jobs_job_running"),
            # The list of what failed, newest first.
            models.Index(fields=["-finished_at"], condition=Q(state="failed"), name="jobs_job_failed"),
            # Forgetting what ended long ago.
            models.Index(
                fields=["finished_at"], condition=Q(finished_at__isnull=False), name="jobs_job_finished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Process(models.Model):
    """A worker or the timetable (beat) that says every few seconds that it lives. Gone when it ends in good order."""

    class Kind(models.TextChoices):
        WORKER = "worker", "执行进程"
        BEAT = "beat", "定时进程"

    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    name = models.CharField("名称", max_length=120)
    started_at = models.DateTimeField("启动时间")
    seen_at = models.DateTimeField("最近心跳")

    class Meta:
        verbose_name = verbose_name_plural = "后台进程"
        ordering: ClassVar[list[str]] = ["kind", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "name"], name="jobs_process_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"
