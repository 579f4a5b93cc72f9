"""What the status page says of the notices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chuangmo.jobs.status import StatusRow
from chuangmo.notices.models import Channel, Message
from chuangmo.notices.queries import status_rows
from tests.factories import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


@pytest.fixture
def mail(settings, cast: Cast) -> Channel:
    settings.MAIL_ENABLED = True
    for person in cast.people().values():
        if person.is_authenticated:
            type(person).objects.filter(pk=person.pk).update(email=f"{person.username}@example.org")
    type(cast.owner).objects.filter(email="").update(email="x@example.org")
    return Channel.objects.create(kind="mail", name="邮件")


def rows() -> dict[str, StatusRow]:
    return {row.label: row for row in status_rows()}


def message(channel: Channel, n: int = 1, **columns) -> Message:
    return Message.objects.create(
        key=f"test:{n}", channel=channel, title="一件", text="", **{"next_try_at": timezone.now(), **columns}
    )


def test_a_channel_that_works(mail: Channel) -> None:
    assert rows()["邮件"] == StatusRow("邮件", "ok", "还没有发送过")
    Channel.objects.update(last_sent_at=timezone.now())
    assert rows()["邮件"].state == "ok"
    assert rows()["邮件"].text.startswith("正常，最近送出 ")


@pytest.mark.parametrize(("failures", "state"), [(1, "warn"), (2, "warn"), (3, "bad"), (9, "bad")])
def test_a_channel_that_fails(mail: Channel, failures: int, state: str) -> None:
    until = timezone.now() + timedelta(minutes=5)
    Channel.objects.update(failures=failures, paused_until=until, last_error="邮件服务器拒绝连接")
    message(mail)
    row = rows()["邮件"]
    assert row.state == state
    assert (
        row.text
        == f"连续失败 {failures} 次，{timezone.localtime(until):%H:%M} 再试，待发 1 件：邮件服务器拒绝连接"
    )


def test_no_mail_server(mail: Channel, settings) -> None:
    settings.MAIL_ENABLED = False
    assert rows()["邮件"].state == "warn"
    assert "CHUANGMO_MAIL_URL" in rows()["邮件"].text


def test_messages_that_nobody_sends(mail: Channel) -> None:
    message(mail, next_try_at=timezone.now() - timedelta(minutes=29))
    assert "待发消息" not in rows()
    message(mail, 2, next_try_at=timezone.now() - timedelta(minutes=31))
    assert rows()["待发消息"].state == "bad"
    assert rows()["待发消息"].text.startswith("1 件")


def test_what_was_not_delivered(mail: Channel) -> None:
    message(mail, 1, state="failed")
    message(mail, 2, state="unsure")
    old = message(mail, 3, state="failed")
    Message.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=8))
    assert rows()["未送达的消息"].text.startswith("7 天内未送达 1 件、结果不明 1 件")


def test_people_without_mail_are_named(mail: Channel, cast: Cast) -> None:
    assert "无邮箱" not in rows()
    type(cast.owner).objects.filter(pk__in=[cast.owner.pk, cast.colleague.pk]).update(email="")
    left = cast.stranger
    type(left).objects.filter(pk=left.pk).update(email="", is_active=False)
    assert rows()["无邮箱"] == StatusRow("无邮箱", "warn", "2 人没有邮箱，只能在页面内看到通知：陈主任、李静")
