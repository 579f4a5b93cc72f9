"""How far the making of a dossier is, and the lists of snapshots and dossiers. Constant numbers of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from archives.dossiers.models import ChapterState, Dossier, DossierChapter
from archives.dossiers.rights import visible_dossiers
from archives.dossiers.services.making import BIND, ISSUE
from archives.snapshots.models import Snapshot
from chuangmo.access.queries import Rights
from chuangmo.jobs.models import Job
from chuangmo.jobs.models import State as JobState

__all__ = ["Line", "Progress", "dossiers_for", "progress_of", "snapshots_with_dossiers"]


@dataclass(frozen=True)
class Line:
    """A chapter's line: `state` is one of chuangmo.shell.signs.CHECK."""

    chapter: DossierChapter
    state: str
    text: str


@dataclass(frozen=True)
class Progress:
    """How far a dossier is."""

    lines: Sequence[Line]
    done: int
    binding: str  # what the binding does or why it failed, in words
    failed: Sequence[Line]
    missing: Sequence[DossierChapter]

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def reused(self) -> int:
        return sum(line.chapter.is_reused for line in self.lines)


def progress_of(dossier: Dossier) -> Progress:
    """The chapters with their jobs, and the binding. Two queries."""
    chapters = list(dossier.chapters.select_related("job").order_by("order"))
    lines = [_line(chapter, dossier) for chapter in chapters]
    job = Job.objects.filter(kind__in=(BIND, ISSUE), key=str(dossier.pk)).order_by("-id").first()
    return Progress(
        lines=lines,
        done=sum(chapter.state == ChapterState.DONE for chapter in chapters),
        binding=_binding(job) if dossier.is_making else "",
        failed=[line for line in lines if line.state == "failed"],
        missing=[chapter for chapter in chapters if chapter.missing],
    )


def _line(chapter: DossierChapter, dossier: Dossier) -> Line:
    if chapter.state == ChapterState.DONE:
        pages = f"{chapter.pages} 页" + ("，内容没有变，沿用已印好的页" if chapter.is_reused else "")
        return Line(chapter, "done", pages)
    job = chapter.job
    if not dossier.is_making:
        return Line(chapter, "cancelled", "")
    if job is None:
        return Line(chapter, "waiting", "")
    if job.state in (JobState.FAILED, JobState.CANCELLED):
        return Line(chapter, "failed", job.error.strip().split("\n")[-1][:200] or "任务被取消")
    if job.state == JobState.RUNNING:
        return Line(chapter, "running", "")
    return Line(chapter, "waiting", job.error.strip().split("\n")[-1][:200])


def _binding(job: Job | None) -> str:
    if job is None:
        return ""
    if job.state == JobState.FAILED:
        return f"成册失败：{job.error.strip().split(chr(10))[-1][:200]}"
    if job.state == JobState.CANCELLED:
        return "成册任务被取消"
    working = "正在成册" if job.kind == BIND else "正在制作 PDF/A、数据工作簿和资料包"
    return job.error.strip().split("\n")[-1][:200] or working


def snapshots_with_dossiers() -> list[Snapshot]:
    """All snapshots, the newest first, each with its dossiers (`made`). Two queries."""
    dossiers = Dossier.objects.select_related("file__file", "requested_by").order_by("-id")
    return list(
        Snapshot.objects.select_related("plan", "by").prefetch_related(
            Prefetch("dossiers", dossiers, to_attr="made")
        )
    )


def dossiers_for(rights: Rights) -> list[Dossier]:
    """What a reader finds, the newest first. One query."""
    return list(visible_dossiers(rights).select_related("snapshot", "file__file", "requested_by"))
