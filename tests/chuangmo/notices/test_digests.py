"""The daily mail: what stands in it, when, to whom, and once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.jobs.services import run_due
from chuangmo.notices.models import Channel, DeliveryRules, Digest, Message, Notice, Preference
from chuangmo.notices.services import NoticeDraft, mark_seen, notify, notify_many, settle
from chuangmo.notices.services.digests import MOST_LINES, DigestLine, make_digests
from tests.chuangmo.notices.conftest import Sink
from tests.factories import Cast, UserFactory

pytestmark = pytest.mark.django_db

DAY = date(2017, 6, 6)


def at(clock_time: str) -> datetime:
    """That time of today, here."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.fromisoformat(clock_time)))


@pytest.fixture
def owner(cast: Cast, templates: None) -> User:
    cast.owner.email = "lijing@example.org"
    cast.owner.save()
    return cast.owner


def tell(person: User, title: str, kind: str = "reminder", due_on: date | None = None, **more) -> Notice:
    [notice] = notify(
        to=[person],
        kind=kind,
        title=title,
        text="请办理",
        action="去办理",
        url="/reports/1/",
        due_on=due_on,
        **more,
    )
    return notice


def body_of(mail) -> str:
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_one_mail_says_everything_under_headings(cast: Cast, owner: User, mails: Sink) -> None:
    tell(owner, "今天的一件", due_on=DAY, unit=cast.county)
    tell(owner, "晚了的一件", "chase", due_on=date(2017, 6, 5))
    late = tell(owner, "早就晚了的一件", "chase", due_on=date(2017, 5, 5))
    tell(owner, "退回的一件", "returned", due_on=date(2017, 6, 8))
    tell(owner, "要审的一件", "waiting", due_on=date(2017, 6, 8))
    tell(owner, "后天的一件", due_on=date(2017, 6, 8))
    assert make_digests(now=at("08:30")) == 1
    run_due()
    [mail] = mails.mails
    assert mail["To"] == "lijing@example.org"
    assert mail["Subject"].strip() == "【六盘水创模】6 月 6 日创模事项 6 件"
    body = body_of(mail)
    assert "今天到期 1 件，已逾期 2 件，退回 1 件" in body
    order = [
        "【今天到期】",
        "钟山区　今天的一件（应办 6 月 6 日，今天）",
        "【已逾期】",
        "早就晚了的一件（应办 5 月 5 日，已过 32 天）",
        f"https://chuangmo.example/notices/{late.pk}/",
        "晚了的一件（应办 6 月 5 日，已过 1 天）",
        "【退回给我】",
        "退回的一件",
        "【待我审核】",
        "要审的一件",
        "【其他】",
        "后天的一件",
        "https://chuangmo.example/notices/settings/",
    ]
    places = [body.index(text) for text in order]
    assert places == sorted(places)
    html = mail.get_body(("html",)).get_content()
    assert f'href="https://chuangmo.example/notices/{late.pk}/"' in html


def test_never_twice_for_a_day(cast: Cast, owner: User, mails: Sink, today) -> None:
    first = tell(owner, "今天的一件", due_on=DAY)
    assert make_digests(now=at("08:30")) == 1
    second = tell(owner, "后来的一件")
    assert make_digests(now=at("09:00")) == 0
    run_due()
    assert len(mails.mails) == 1
    today(date(2017, 6, 7))
    assert make_digests(now=at("08:30")) == 1
    run_due()
    body = body_of(mails.mails[1])
    assert "后来的一件" in body
    assert "今天的一件" not in body  # each notice stands in one mail
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.digest.day, second.digest.day) == (DAY, date(2017, 6, 7))
    assert [row.count for row in Digest.objects.filter(user=owner).order_by("day")] == [1, 1]


def test_nothing_to_say_no_mail(cast: Cast, owner: User, mails: Sink) -> None:
    assert make_digests(now=at("08:30")) == 0
    tell(owner, "后来的一件")
    assert make_digests(now=at("12:00")) == 0  # its hour is over: tomorrow
    run_due()
    assert mails.mails == []


def test_not_before_the_hour(cast: Cast, owner: User, mails: Sink) -> None:
    tell(owner, "今天的一件", due_on=DAY)
    assert make_digests(now=at("08:29")) == 0
    assert not Digest.objects.exists()
    assert make_digests(now=at("17:00")) == 1  # a morning without a worker is caught up


def test_the_hour_is_data_and_a_person_may_choose_within_it(cast: Cast, owner: User, mails: Sink) -> None:
    DeliveryRules.objects.create(digest_at=time(9), earliest=time(8), latest=time(10))
    cast.owner2.email = "zhangmin@example.org"
    cast.owner2.save()
    Preference.objects.create(user=cast.owner2, digest_at=time(8, 15))
    tell(owner, "一件")
    tell(cast.owner2, "一件")
    assert make_digests(now=at("08:20")) == 1
    assert Message.objects.get().user == cast.owner2
    assert make_digests(now=at("09:00")) == 1


def test_what_was_seen_or_is_over_is_left_out(cast: Cast, owner: User, mails: Sink) -> None:
    seen = tell(owner, "看过的")
    mark_seen(notice_id=seen.pk, by=owner)
    tell(owner, "了结的", subject_kind="report", subject_id=7)
    settle(subject_kind="report", subject_ids=[7], kinds=["reminder"])
    tell(owner, "还在的")
    make_digests(now=at("08:30"))
    text = Message.objects.get().text
    assert "还在的" in text
    assert "看过的" not in text
    assert "了结的" not in text


@pytest.mark.parametrize("wishes", [{"mail": False}, {"muted_until": DAY}], ids=["off", "muted"])
def test_wishes_leave_what_is_mandatory(cast: Cast, owner: User, mails: Sink, wishes: dict) -> None:
    Preference.objects.create(user=owner, **wishes)
    wished = tell(owner, "可以不看的")
    tell(owner, "必达的", "chase", due_on=date(2017, 6, 5), mandatory=True)
    make_digests(now=at("08:30"))
    text = Message.objects.get().text
    assert "必达的" in text
    assert "可以不看的" not in text
    wished.refresh_from_db()
    assert wished.digest is None  # when the mute is over it is told


def test_who_has_no_mail_gets_none(cast: Cast, owner: User, mails: Sink) -> None:
    tell(cast.owner2, "一件")
    assert make_digests(now=at("08:30")) == 0
    assert not Digest.objects.filter(user=cast.owner2).exists()


def test_without_a_mail_server_nothing_is_used_up(cast: Cast, owner: User, settings) -> None:
    notice = tell(owner, "一件")
    settings.MAIL_ENABLED = False
    assert make_digests(now=at("08:30")) == 0
    settings.MAIL_ENABLED = True
    Channel.objects.create(kind="mail", name="邮件", is_active=False)
    assert make_digests(now=at("08:30")) == 0
    notice.refresh_from_db()
    assert notice.digest is None


def owed_today(day: date, user_ids: Iterable[int]) -> list[DigestLine]:
    """A source as an upper floor would give it: also for somebody whom nobody asked for."""
    return [
        DigestLine(user_id=pk, group="today", title="报表今天到期", url="/reports/9/", due_on=day)
        for pk in [*user_ids, 10**6]
    ]


def test_upper_floors_add_lines(cast: Cast, owner: User, mails: Sink, settings) -> None:
    settings.DIGEST_SOURCES = [f"{__name__}.owed_today"]
    assert make_digests(now=at("08:30")) == 1
    assert (
        "报表今天到期（应办 6 月 6 日，今天）\n  https://chuangmo.example/reports/9/"
        in Message.objects.get().text
    )


def test_a_long_list_is_cut_and_says_so(cast: Cast, owner: User, mails: Sink) -> None:
    drafts = [
        NoticeDraft(user_id=owner.pk, kind="other", title=f"第 {n} 件", text="", url="/")
        for n in range(MOST_LINES + 3)
    ]
    notify_many(drafts)
    make_digests(now=at("08:30"))
    text = Message.objects.get().text
    assert text.count("- 第") == MOST_LINES
    assert "另有 3 件，见 https://chuangmo.example/notices/" in text
    assert not Notice.objects.filter(digest=None).exists()


def test_names_and_titles_stay_text(cast: Cast, owner: User, mails: Sink) -> None:
    tell(owner, "<script>alert(1)</script> & 其他")
    make_digests(now=at("08:30"))
    message = Message.objects.get()
    assert "<script>" not in message.html
    assert "<script>alert(1)</script> & 其他" in message.text


@pytest.mark.sqlite_only
def test_three_hundred_mails_cost_as_many_queries_as_ten(cast: Cast, templates: None, mails: Sink) -> None:
    people = UserFactory.create_batch(310, email="somebody@example.org")
    counts = []
    for day, some in enumerate((people[:1], people[:10], people), start=6):  # the first makes channel and job
        notify_many(NoticeDraft(user_id=one.pk, kind="other", title="一件", text="", url="/") for one in some)
        with clock.at(date(2017, 6, day)), CaptureQueriesContext(connection) as queries:
            assert make_digests(now=at("08:30")) == len(some)
        written = ("INSERT", "UPDATE")  # cut into several for SQLite
        counts.append(sum(not query["sql"].startswith(written) for query in queries))
    assert counts[1] == counts[2] < 20
