"""From snapshot to file: chapter by chapter, again from where it broke off, nothing half-made to be seen."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import override_settings

from archives.books.models import IssuedFile
from archives.books.models import State as IssueState
from archives.dossiers.checks import font_status
from archives.dossiers.models import ChapterState, Dossier
from archives.dossiers.queries.progress import progress_of
from archives.dossiers.rights import attachment_rights, visible_dossiers
from archives.dossiers.services import cache
from archives.dossiers.services.making import (
    BIND,
    CHAPTER,
    ISSUE,
    resume_dossier,
    start_dossier,
    stop_dossier,
)
from archives.dossiers.services.printing import Printed
from archives.dossiers.services.reading import let_read, stop_reading
from archives.snapshots.services.narratives import write_narrative
from chuangmo.access.queries import rights_of
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files.models import Attachment
from chuangmo.jobs.models import Job
from chuangmo.jobs.models import State as JobState
from chuangmo.jobs.services import run_due, run_job
from chuangmo.notices.models import Notice
from tests.archives.story import done_dossier, take, tell
from tests.factories import Cast, UserFactory, make_cast
from tests.services import Processes, wait_until

SLUG = "indicator-18"


def start(cast: Cast, title: str = "稿") -> Dossier:
    return start_dossier(by=cast.office, snapshot=take(cast, title))


def states(dossier: Dossier) -> dict[str, str]:
    return dict(dossier.chapters.values_list("slug", "state"))


@pytest.mark.django_db
@pytest.mark.usefixtures("print_cache")
class TestMaking:
    def test_a_job_for_each_chapter_then_one_that_binds(self, told: Cast) -> None:
        dossier = start(told)
        jobs = list(Job.objects.filter(kind=CHAPTER).order_by("id"))
        slugs = [job.args["slug"] for job in jobs]
        assert sorted(slugs) == sorted(states(dossier))
        sizes = {row.slug: len(row.body) for row in dossier.snapshot.chapters.all()}
        assert sizes[slugs[0]] == max(sizes[slug] for slug in slugs)  # the longest is not left for the end
        run_job(jobs[0].pk)
        half = progress_of(dossier)
        assert (half.done, half.total) == (1, len(jobs))
        assert [line.state for line in half.lines].count("done") == 1
        assert not visible_dossiers(rights_of(told.observer)).exists()
        run_due()
        dossier.refresh_from_db()
        assert (dossier.state, dossier.file is not None, (dossier.pages or 0) > 5) == ("done", True, True)
        assert list(visible_dossiers(rights_of(told.observer))) == [dossier]
        notice = Notice.objects.get(user=told.office, subject_kind="dossier")
        assert notice.url == dossier.get_absolute_url()

    @pytest.mark.sqlite_only
    def test_only_chapters_that_changed_are_printed_again(self, told: Cast) -> None:
        start(told)
        run_due()
        write_narrative(
            by=told.office, plan=told.plan, chapter=SLUG, block="work", html="<p>新写。</p>", version=0
        )
        again = start(told, "二稿")
        assert [slug for slug, state in states(again).items() if state == ChapterState.WAITING] == [SLUG]
        run_due()
        again.refresh_from_db()
        assert again.state == "done"
        assert again.chapters.filter(is_reused=True).count() == again.chapters.count() - 1

    def test_whoever_does_it_twice_or_late_does_nothing(self, told: Cast) -> None:
        dossier = start(told)
        with pytest.raises(Stale):
            start_dossier(by=told.office, snapshot=dossier.snapshot)
        with pytest.raises(Refused):
            start_dossier(by=told.owner, snapshot=dossier.snapshot)
        run_due()
        files = Attachment.objects.filter(owner_kind="dossier").count()
        Job.objects.filter(kind__startswith="dossiers.").update(state=JobState.WAITING)
        run_due()
        assert Attachment.objects.filter(owner_kind="dossier").count() == files == 3
        assert not Job.objects.filter(kind__startswith="dossiers.").exclude(state=JobState.DONE).exists()

    def test_stopped_it_rests_and_goes_on_with_what_was_printed(self, told: Cast) -> None:
        dossier = start(told)
        first = Job.objects.filter(kind=CHAPTER).order_by("id").first()
        assert first is not None
        run_job(first.pk)
        stop_dossier(by=told.office, dossier=dossier)
        assert run_due() == 0
        assert dossier.state == "cancelled" and dossier.file is None
        with pytest.raises(Stale):
            stop_dossier(by=told.office, dossier=dossier)
        resume_dossier(by=told.office, dossier=dossier)
        assert Job.objects.filter(kind=CHAPTER, args__slug=first.args["slug"]).count() == 1
        run_due()
        dossier.refresh_from_db()
        assert dossier.state == "done"
        with pytest.raises(Stale):
            resume_dossier(by=told.office, dossier=dossier)

    @pytest.mark.sqlite_only
    def test_pages_that_were_lost_are_printed_anew(self, told: Cast, print_cache: Path) -> None:
        dossier = start(told)
        jobs = Job.objects.filter(kind=CHAPTER).order_by("id")
        for job in jobs:
            run_job(job.pk)
        shutil.rmtree(print_cache)
        run_due()
        dossier.refresh_from_db()
        assert dossier.state == "done"
        assert Job.objects.filter(kind=CHAPTER).count() == 2 * dossier.chapters.count()

    def test_a_full_disk_leaves_nothing_and_is_waited_for(self, told: Cast, print_cache: Path) -> None:
        """No file may grow beyond four kilobytes for a while, which is how a full disk feels."""
        dossier = start(told)
        job = Job.objects.get(kind=CHAPTER, args__slug=SLUG)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
            with pytest.raises(OSError):
                cache.put("0" * 64, Printed(b"x" * 10_000, {}))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, before)
        assert list(print_cache.iterdir()) == []
        assert states(dossier)[SLUG] == ChapterState.WAITING
        assert run_job(job.pk)

    def test_readers_are_let_in_one_by_one(self, told: Cast) -> None:
        dossier = done_dossier(told, take(told))
        assessor = rights_of(told.assessor)
        assert not visible_dossiers(assessor).exists()
        let_read(by=told.office, dossier=dossier, person=told.assessor)
        assert list(visible_dossiers(assessor)) == [dossier]
        assert attachment_rights(assessor, dossier.pk)
        stop_reading(by=told.office, dossier=dossier, person=told.assessor)
        assert not attachment_rights(assessor, dossier.pk)
        with pytest.raises(Refused):
            let_read(by=told.owner, dossier=dossier, person=told.assessor)
        with pytest.raises(Invalid):
            let_read(by=told.office, dossier=dossier, person=UserFactory(username="nobody"))


@pytest.mark.usefixtures("print_cache")
def test_what_killed_workers_left_is_cleared() -> None:
    """At once where the same step begins again, after a day elsewhere; what another dossier writes just now stays."""
    with cache.scratch("issue", 7) as begun:
        (begun / "资料包.zip").write_bytes(b"half")
        with cache.scratch("issue", 7):
            assert not begun.exists()
    ours, old = cache.folder() / ".scratch-bind-8-x", cache.folder() / ".scratch-bind-9-x"
    for folder in (ours, old):
        folder.mkdir()
        (folder / "book.pdf").write_bytes(b"half")
    chapter = cache.folder() / ".new-y"
    chapter.write_bytes(b"half")
    for path in (old, chapter):
        os.utime(path, (0, 0))
    cache.prune()
    assert list(cache.folder().iterdir()) == [ours]


def test_a_font_that_is_missing_is_named_at_the_start() -> None:
    assert [one for one in run_checks(tags=["fonts"])] == []
    assert font_status()[0].state == "ok"
    with override_settings(PRINT_FONTS=["Noto Serif CJK SC", "没有这种字体"]):
        [warning] = run_checks(tags=["fonts"])
        assert "“没有这种字体”" in warning.msg
        assert (font_status()[0].state, "没有这种字体" in font_status()[0].text) == ("bad", True)


def test_a_machine_without_fonts_says_so(tmp_path: Path) -> None:
    """The real command on a fontconfig that knows no font."""
    config = tmp_path / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>'
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--tag", "fonts"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "FONTCONFIG_FILE": str(config)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "“Noto Serif CJK SC”" in done.stderr and "“Noto Sans CJK SC”" in done.stderr


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_is_replaced(
    processes: Processes, tmp_path: Path, media_root: Path
) -> None:
    """SIGKILL while chapters are printed, while the book is bound, while its files are made: each time another worker goes on,
    and until the end there is nothing to be seen."""
    cast = tell(make_cast())
    cache_folder = tmp_path / "data" / "cache" / "dossiers"
    data = {"CHUANGMO_DATA_DIR": str(tmp_path / "data")}

    def nothing_to_be_seen(kind: str) -> None:
        assert Job.objects.filter(kind=kind, state=JobState.RUNNING).exists()  # killed in the middle
        assert not visible_dossiers(rights_of(cast.observer)).exists()
        assert not Attachment.objects.filter(owner_kind="dossier").exists()
        assert not IssuedFile.objects.exclude(state=IssueState.RESERVED).exists()

    with override_settings(DOSSIER_CACHE=cache_folder):
        processes.beat(**data)
        dossier = start(cast)
        worker = processes.worker(**data)
        printing = Job.objects.filter(kind=CHAPTER, state=JobState.RUNNING)
        wait_until(printing.exists, 60, "a chapter is being printed")
        worker.kill()
        assert dossier.chapters.filter(state=ChapterState.WAITING).exists()
        nothing_to_be_seen(CHAPTER)
        for step, kind in (("bind", BIND), ("issue", ISSUE)):
            worker = processes.worker(**data)
            [left] = wait_until(
                lambda step=step: list(cache_folder.glob(f".scratch-{step}-*")), 120, f"it is at {step}"
            )
            worker.kill()
            nothing_to_be_seen(kind)
            assert left.exists()  # as a killed process leaves it
        processes.worker(**data)
        wait_until(
            lambda: Dossier.objects.filter(pk=dossier.pk, state="done").exists(), 120, "the book is done"
        )
        wait_until(lambda: not list(cache_folder.glob(".scratch-*")), 20, "nothing half-made lies about")
    dossier.refresh_from_db()
    assert dossier.file is not None
    assert set(states(dossier).values()) == {ChapterState.DONE}
    stored = tmp_path / "data" / "files" / dossier.file.file.path
    assert stored.stat().st_size == dossier.file.file.size
    assert Attachment.objects.filter(owner_kind="dossier").count() == 3
    assert IssuedFile.objects.filter(state=IssueState.ISSUED).count() == IssuedFile.objects.count() == 3
