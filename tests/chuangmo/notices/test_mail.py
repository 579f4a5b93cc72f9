"""Mail from the outbox to a real SMTP server: once, later where it must, never in the way of others."""

from __future__ import annotations

import time as clock_time
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from chuangmo.jobs.models import Job
from chuangmo.jobs.services import run_due
from chuangmo.notices.models import Channel, Message, MessageState, Notice, Preference
from chuangmo.notices.services import notify
from chuangmo.notices.services.delivery import deliver_channel, send_again, sweep_outbox
from tests.chuangmo.notices.conftest import RobotHost, Sink, free_port
from tests.factories import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]


@pytest.fixture
def owner(cast: Cast):
    cast.owner.email = "lijing@example.org"
    cast.owner.save()
    return cast.owner


def tell(*people, title: str = "退回：5 月报表", urgency: str = "now", **more) -> list[Notice]:
    return notify(
        to=people,
        kind="returned",
        title=title,
        text="原因：与台账不一致。",
        action="去修改",
        url="/reports/1/",
        urgency=urgency,
        **more,
    )


def message_of(person) -> Message:
    return Message.objects.get(user=person)


def mail_channel() -> Channel:
    return Channel.objects.get(kind="mail")


def later(moment: timedelta) -> None:
    """As if the pause of every channel and every message were over by then."""
    for channel in Channel.objects.exclude(paused_until=None):
        Channel.objects.filter(pk=channel.pk).update(paused_until=channel.paused_until - moment)
    for message in Message.objects.all():
        Message.objects.filter(pk=message.pk).update(next_try_at=message.next_try_at - moment)


# A server that works --------------------------------------------------------------------------------------


def test_what_is_urgent_is_mailed_at_once(cast: Cast, owner, mails: Sink) -> None:
    [notice] = tell(owner)
    assert mails.mails == []  # nothing is sent within the request
    run_due()
    [mail] = mails.mails
    assert mail["To"] == "lijing@example.org"
    assert mail["Subject"] == "【六盘水创模】退回：5 月报表"
    body = mail.get_content().replace("\r\n", "\n")
    assert "原因：与台账不一致。" in body
    assert f"去修改：https://chuangmo.example/notices/{notice.pk}/\n" in body
    message = message_of(owner)
    assert (message.state, message.attempts) == (MessageState.SENT, 1)
    assert message.sent_at is not None


def test_nothing_is_sent_twice(cast: Cast, owner, mails: Sink) -> None:
    tell(owner)
    run_due()
    deliver_channel(channel_id=mail_channel().pk)
    sweep_outbox()
    run_due()
    assert len(mails.mails) == 1


def test_what_can_wait_is_not_mailed_by_itself(cast: Cast, owner, mails: Sink) -> None:
    tell(owner, urgency="digest")
    run_due()
    assert mails.mails == []
    assert not Message.objects.exists()


def test_who_has_no_mail_reads_the_page(cast: Cast, owner, mails: Sink) -> None:
    tell(owner, cast.owner2)
    run_due()
    assert [mail["To"] for mail in mails.mails] == ["lijing@example.org"]
    assert Notice.objects.filter(user=cast.owner2).count() == 1


def test_without_a_server_nothing_waits_for_one(cast: Cast, owner, settings) -> None:
    settings.MAIL_ENABLED = False
    tell(owner)
    assert not Message.objects.exists()
    assert not Job.objects.exists()


def test_the_title_cannot_forge_a_header(cast: Cast, owner, mails: Sink) -> None:
    tell(owner, title="退回\r\nBcc: other@example.org")
    run_due()
    [mail] = mails.mails
    assert mail["Bcc"] is None
    assert mail["Subject"].strip() == "【六盘水创模】退回 Bcc: other@example.org"


# Addresses that are refused ------------------------------------------------------------------------------


def test_an_address_that_does_not_exist_is_given_up(cast: Cast, owner, mails: Sink) -> None:
    cast.owner2.email = "zhangmin@example.org"
    cast.owner2.save()
    mails.refusals["lijing@example.org"] = "550 5.1.1 no such mailbox"
    tell(owner, cast.owner2)
    run_due()
    assert message_of(owner).state == MessageState.FAILED
    assert "550" in message_of(owner).error
    assert message_of(cast.owner2).state == MessageState.SENT
    assert mail_channel().failures == 0  # the server is well


def test_a_full_mailbox_is_tried_again_with_longer_pauses(cast: Cast, owner, mails: Sink) -> None:
    mails.refusals["lijing@example.org"] = "452 4.2.2 mailbox full"
    tell(owner)
    pauses = []
    for _ in range(6):
        before = timezone.now()
        deliver_channel(channel_id=mail_channel().pk)
        message = message_of(owner)
        pauses.append(round((message.next_try_at - before) / timedelta(minutes=1)))
        assert deliver_channel(channel_id=mail_channel().pk).refused == 0  # not before its time
        Message.objects.update(next_try_at=timezone.now())
        if message.state != MessageState.WAITING:
            break
    assert pauses[:5] == [5, 10, 20, 40, 80]
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.FAILED, 6)
    mails.refusals.clear()
    assert send_again(message=message, by=cast.admin)
    assert not send_again(message=message, by=cast.admin)
    run_due()
    assert len(mails.mails) == 1


# Servers that don't work ---------------------------------------------------------------------------------


def test_a_refused_connection_loses_nothing(cast: Cast, owner, mail_goes_to, mails: Sink, settings) -> None:
    working = settings.EMAIL_PORT
    mail_goes_to(free_port())
    tell(owner)
    run_due()
    channel = mail_channel()
    assert (channel.failures, channel.last_error) == (1, "邮件服务器拒绝连接")
    assert (message_of(owner).state, message_of(owner).attempts) == (MessageState.WAITING, 0)
    # While it rests nobody knocks; after the pause a job of its own does.
    assert deliver_channel(channel_id=channel.pk).fault == ""
    retry = Job.objects.get(state="waiting")
    assert retry.not_before == channel.paused_until
    mail_goes_to(working)
    later(timedelta(minutes=1))
    Job.objects.update(not_before=timezone.now())
    run_due()
    assert len(mails.mails) == 1
    assert mail_channel().failures == 0


def test_each_failure_makes_the_pause_longer(cast: Cast, owner, mail_goes_to) -> None:
    mail_goes_to(free_port())
    tell(owner)
    pauses = []
    for _ in range(7):
        before = timezone.now()
        deliver_channel(channel_id=mail_channel().pk)
        channel = mail_channel()
        pauses.append(round((channel.paused_until - before) / timedelta(minutes=1)))
        Channel.objects.update(paused_until=None)
    assert pauses == [1, 2, 5, 10, 20, 30, 30]
    assert channel.is_down


def test_a_silent_server_holds_up_no_other_channel(
    cast: Cast, owner, silent_port: int, mail_goes_to, robot_host: RobotHost
) -> None:
    mail_goes_to(silent_port)
    Channel.objects.create(
        kind="wecom",
        name="钟山区群",
        unit=cast.county,
        address=f"http://{robot_host.netloc}/cgi-bin/webhook/send?key=abc",
    )
    tell(owner, unit=cast.county)
    begun = clock_time.monotonic()
    run_due()
    assert clock_time.monotonic() - begun < 5  # one time-out of a second, not one for each message
    assert mail_channel().last_error == "邮件服务器没有应答（超时）"
    assert message_of(owner).state == MessageState.WAITING
    assert len(robot_host.posts) == 1


def test_a_server_that_hangs_after_taking_a_mail_gets_it_once(
    cast: Cast, owner, hanging_mail_server: int, mail_goes_to
) -> None:
    mail_goes_to(hanging_mail_server)
    cast.owner2.email = "zhangmin@example.org"
    cast.owner2.save()
    tell(owner, cast.owner2)
    run_due()
    assert message_of(owner).state == MessageState.UNSURE
    assert "不会自动重发" in message_of(owner).error
    # The other one was not touched: the channel rests.
    assert (message_of(cast.owner2).state, message_of(cast.owner2).attempts) == (MessageState.WAITING, 0)
    later(timedelta(hours=1))
    sweep_outbox()
    assert message_of(owner).state == MessageState.UNSURE


def test_a_sender_that_died_is_noted_and_not_repeated(cast: Cast, owner, mails: Sink) -> None:
    tell(owner)
    Message.objects.update(
        state=MessageState.SENDING, claimed_at=timezone.now() - timedelta(minutes=11), attempts=1
    )
    run_due()
    sweep_outbox()
    run_due()
    assert message_of(owner).state == MessageState.UNSURE
    assert mails.mails == []


def test_a_message_in_hand_of_another_worker_is_left_alone(cast: Cast, owner, mails: Sink) -> None:
    tell(owner)
    Message.objects.update(state=MessageState.SENDING, claimed_at=timezone.now())
    run_due()
    sweep_outbox()
    assert message_of(owner).state == MessageState.SENDING
    assert mails.mails == []


def test_after_three_days_nobody_needs_it(cast: Cast, owner, mails: Sink) -> None:
    tell(owner)
    Message.objects.update(give_up_at=timezone.now() - timedelta(seconds=1))
    sweep_outbox()
    run_due()
    assert message_of(owner).state == MessageState.FAILED
    assert mails.mails == []


# Wishes ---------------------------------------------------------------------------------------------------


def wish(person, **wishes) -> None:
    Preference.objects.update_or_create(user=person, defaults=wishes)


@pytest.mark.parametrize(
    "wishes", [{"mail": False}, {"muted_until": datetime(2017, 6, 6).date()}], ids=["off", "muted"]
)
@pytest.mark.parametrize("mandatory", [False, True])
def test_what_is_mandatory_comes_whatever_the_wishes(
    cast: Cast, owner, mails: Sink, wishes: dict, mandatory: bool
) -> None:
    wish(owner, **wishes)
    tell(owner, mandatory=mandatory)
    run_due()
    assert len(mails.mails) == int(mandatory)
    assert Notice.objects.filter(user=owner).count() == 1


def test_a_mute_ends_with_its_day(cast: Cast, owner, mails: Sink) -> None:
    wish(owner, muted_until=datetime(2017, 6, 5).date())
    tell(owner)
    run_due()
    assert len(mails.mails) == 1


def test_quiet_hours_only_delay(cast: Cast, owner, mails: Sink) -> None:
    now = timezone.localtime()
    start, end = (now - timedelta(hours=1)).time(), (now + timedelta(hours=2)).time()
    wish(owner, quiet_from=start, quiet_to=time(end.hour, end.minute))
    tell(owner, mandatory=True)
    run_due()
    assert mails.mails == []
    due = timezone.localtime(message_of(owner).next_try_at)
    assert (due.hour, due.minute) == (end.hour, end.minute)
    assert now < due < now + timedelta(hours=2, minutes=1)
    later(timedelta(hours=3))
    assert sweep_outbox() == 1
    run_due()
    assert len(mails.mails) == 1
