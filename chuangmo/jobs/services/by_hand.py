"""What the office and administrators do with jobs on the status page: try again, call off."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.access.queries import Rights, rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Refused, Stale
from chuangmo.jobs.kinds import label_of
from chuangmo.jobs.models import Job, State
from chuangmo.jobs.services.queueing import cancel, tell

__all__ = ["call_off", "may_watch", "try_again"]


def may_watch(rights: Rights) -> bool:
    """The steering office and administrators see what runs in the background, and may help it on."""
    return rights.is_office or rights.is_admin


@transaction.atomic
def try_again(*, by: User, job_id: int) -> Job:
    """Let a job that failed wait anew, with all its attempts. Refused, Stale where it is no longer failed."""
    job = _job(by, job_id)
    now = timezone.now()
    try:
        with transaction.atomic():
            moved = Job.objects.filter(pk=job_id, state=State.FAILED).update(
                state=State.WAITING, attempts=0, not_before=now, hinted_at=now, finished_at=None
            )
    except IntegrityError:
        raise Stale(f"“{label_of(job.kind)}”已有同样的任务在等待或进行，不用重试。") from None
    if not moved:
        raise Stale(f"“{label_of(job.kind)}”已不是失败状态。")
    _note(by, job, "重试后台任务")
    tell([job_id], now)
    return job


@transaction.atomic
def call_off(*, by: User, job_id: int) -> Job:
    """Cancel what waits or runs; give up what failed, so that it is no longer listed. Refused, Stale."""
    job = _job(by, job_id)
    now = timezone.now()
    given_up = Job.objects.filter(pk=job_id, state=State.FAILED).update(
        state=State.CANCELLED, finished_at=now
    )
    if not given_up and not cancel(job):
        raise Stale(f"“{label_of(job.kind)}”已经结束。")
    _note(by, job, "取消后台任务")
    return job


def _job(by: User, job_id: int) -> Job:
    if not may_watch(rights_of(by)):
        raise Refused("后台任务只由创模办和管理员处理。")
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise Stale("这个任务已经清理掉了。")
    return job


def _note(by: User, job: Job, action: str) -> None:
    record(by=by, action=action, object_kind="job", object_id=job.pk, label=label_of(job.kind))
