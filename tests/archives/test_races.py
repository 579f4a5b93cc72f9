"""Two at once at snapshots and dossiers: each moment is frozen whole, a book is made once, a text has one writer."""

from __future__ import annotations

import pytest

from archives.dossiers.models import Dossier
from archives.dossiers.services.making import resume_dossier, start_dossier, stop_dossier
from archives.snapshots.models import Narrative, Snapshot
from archives.snapshots.services.narratives import write_narrative
from archives.snapshots.services.taking import take_snapshot
from chuangmo.access.models import User
from chuangmo.audit.models import AuditEvent
from tests.archives.story import MAY_END, take, tell
from tests.factories import Cast, make_cast
from tests.supervision.accountability.story import second_officer
from tests.supervision.story import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return tell(make_cast())


@pytest.fixture
def second(cast: Cast) -> User:
    return second_officer(cast)


def names(told: list[Exception | None]) -> list[str]:
    return sorted(type(one).__name__ for one in told)


def test_two_freeze_the_same_moment(cast: Cast, second: User) -> None:
    """Two snapshots, each whole and of the same content."""
    told = at_once(
        *(
            lambda by=by: take_snapshot(by=by, plan=cast.plan, as_of=MAY_END, title="初稿")
            for by in (cast.office, second)
        )
    )
    assert told == [None, None]
    first, other = Snapshot.objects.all()
    assert first.digest == other.digest
    assert first.chapters.count() == other.chapters.count() > 3


def test_two_make_stop_and_resume_the_same_book(cast: Cast, second: User) -> None:
    snapshot = take(cast)
    both = (cast.office, second)
    assert names(at_once(*(lambda by=by: start_dossier(by=by, snapshot=snapshot) for by in both))) == [
        "NoneType",
        "Stale",
    ]
    dossier = Dossier.objects.get()
    assert names(at_once(*(lambda by=by: stop_dossier(by=by, dossier=dossier) for by in both))) == [
        "NoneType",
        "Stale",
    ]
    at_once(*(lambda by=by: resume_dossier(by=by, dossier=dossier) for by in both))
    dossier.refresh_from_db()
    assert dossier.is_making
    assert AuditEvent.objects.filter(object_kind="dossier", action="停止制作预评估资料").count() == 1


def test_two_write_where_nobody_wrote(cast: Cast, second: User) -> None:
    def write(by: User, text: str) -> None:
        write_narrative(
            by=by, plan=cast.plan, chapter="indicator-18", block="work", html=f"<p>{text}</p>", version=0
        )

    told = at_once(lambda: write(cast.office, "甲写的"), lambda: write(second, "乙写的"))
    assert names(told) == ["NoneType", "Stale"]
    assert ("甲写的" if told[0] is None else "乙写的") in Narrative.objects.get().html
