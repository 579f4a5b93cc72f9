"""Telling people: one notice a person and key, constant queries, receipts, what is over."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chuangmo.access.models import Role
from chuangmo.jobs.models import Job
from chuangmo.notices.models import Message, Notice
from chuangmo.notices.queries import receipts_of, unseen_count
from chuangmo.notices.services import NoticeDraft, mark_seen, notify, notify_many, settle
from tests.factories import Cast, UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db


def tell(*people, key: str = "", **more) -> list[Notice]:
    values = {
        "kind": "chase",
        "title": "催办：5 月报表已逾期 1 个工作日",
        "text": "请立即办理。",
        "action": "去填报",
        "url": "/reports/1/",
        "subject_kind": "report",
        "subject_id": 1,
    }
    return notify(to=people, key=key, **(values | more))


def test_everybody_gets_one_notice(cast: Cast) -> None:
    made = tell(cast.owner, cast.owner2.pk, unit=cast.county)
    assert [(notice.user_id, notice.unit_id, notice.seen_at) for notice in made] == [
        (cast.owner.pk, cast.county.pk, None),
        (cast.owner2.pk, cast.county.pk, None),
    ]
    assert [unseen_count(person.pk) for person in (cast.owner, cast.owner2, cast.stranger)] == [1, 1, 0]


def test_repeating_is_harmless(cast: Cast) -> None:
    tell(cast.owner, key="obligation:7:1:chase")
    again = tell(cast.owner, cast.owner2, cast.owner2, key="obligation:7:1:chase")
    assert [notice.user_id for notice in again] == [cast.owner2.pk]
    assert Notice.objects.count() == 2


def test_without_a_key_it_is_told_again(cast: Cast) -> None:
    tell(cast.owner)
    tell(cast.owner)
    assert Notice.objects.filter(user=cast.owner).count() == 2


def test_who_left_is_not_told(cast: Cast) -> None:
    cast.owner.is_active = False
    cast.owner.save()
    assert tell(cast.owner) == []


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "reports/"])
def test_a_notice_leads_nowhere_else(cast: Cast, url: str) -> None:
    with pytest.raises(ValueError, match="page of ours"):
        tell(cast.owner, url=url)


def test_the_title_is_one_short_line(cast: Cast) -> None:
    [notice] = tell(cast.owner, title="催办\r\nBcc: x@example.org" + "很长" * 200)
    assert "\n" not in notice.title
    assert len(notice.title) == 200


def drafts_for(people) -> list[NoticeDraft]:
    return [
        NoticeDraft(
            user_id=person.pk,
            kind="reminder",
            title=f"第 {n} 件",
            text="请办理",
            url=f"/reports/{n}/",
            key=f"obligation:{n}",
            urgency="now",
        )
        for n, person in enumerate(people, start=1)
    ]


@pytest.mark.sqlite_only
def test_three_hundred_people_cost_as_many_queries_as_ten(cast: Cast, settings) -> None:
    """Django cuts one INSERT into several for SQLite; everything else is counted."""
    settings.MAIL_ENABLED = True
    people = UserFactory.create_batch(311, email="somebody@example.org")
    for person in people:
        give_role(person, cast.county, Role.REPORTER)
    notify_many(drafts_for(people[:1]))  # makes the mail channel's row and the job
    counts = []
    for some in (people[1:11], people[11:]):
        with CaptureQueriesContext(connection) as queries:
            assert len(notify_many(drafts_for(some))) == len(some)
        counts.append(sum(not query["sql"].startswith("INSERT") for query in queries))
    assert Message.objects.count() == 311
    assert Job.objects.count() == 1
    assert counts[0] == counts[1] < 20


def test_receipts_say_who_saw_it_and_when(cast: Cast) -> None:
    mine, _ = tell(cast.owner, cast.colleague)
    tell(cast.owner, subject_id=2)
    assert mark_seen(notice_id=mine.pk, by=cast.owner)
    assert not mark_seen(notice_id=mine.pk, by=cast.owner)
    mine.refresh_from_db()
    first, second = receipts_of("report", 1)
    assert (first.person, first.word, first.seen_at, first.is_seen) == ("李静", "催办", mine.seen_at, True)
    assert (second.person, second.seen_at) == ("陈主任", None)


def test_a_notice_is_seen_by_its_own_person_only(cast: Cast) -> None:
    [notice] = tell(cast.owner)
    assert not mark_seen(notice_id=notice.pk, by=cast.colleague)
    notice.refresh_from_db()
    assert notice.seen_at is None


def test_what_is_over_leaves_the_bell_but_is_not_seen(cast: Cast) -> None:
    tell(cast.owner)
    tell(cast.owner, kind="returned")
    tell(cast.owner, subject_id=2)
    assert settle(subject_kind="report", subject_ids=[1], kinds=["chase", "reminder"]) == 1
    assert unseen_count(cast.owner.pk) == 2
    over = receipts_of("report", 1)[0]
    assert over.settled_at is not None
    assert over.seen_at is None


def test_the_bell_costs_one_query(cast: Cast, django_assert_num_queries) -> None:
    tell(cast.owner)
    with django_assert_num_queries(1):
        assert unseen_count(cast.owner.pk) == 1


def test_leaders_are_those_marked_else_the_reviewers(cast: Cast) -> None:
    from chuangmo.notices.services import leaders_of, leaders_of_units

    assert leaders_of(cast.county) == [cast.colleague]
    boss = UserFactory(username="boss", name="分管副区长")
    seat = give_role(boss, cast.county, Role.OBSERVER)
    seat.is_leader = True
    seat.save()
    nobody = UnitFactory()
    assert leaders_of_units([cast.county.pk, cast.bureau.pk, nobody.pk]) == {
        cast.county.pk: [boss],
        cast.bureau.pk: [cast.lead],
        nobody.pk: [],
    }
    boss.is_active = False
    boss.save()
    assert leaders_of(cast.county) == [cast.colleague]
