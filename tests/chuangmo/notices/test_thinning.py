"""Old messages lose their text; that they went out, who read what, and what is still open stay."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from chuangmo.audit.models import AuditEvent
from chuangmo.jobs.models import Job
from chuangmo.jobs.services import enqueue, run_due
from chuangmo.notices.models import Channel, DeliveryRules, Message, MessageState, Notice
from chuangmo.notices.services import thinning
from chuangmo.notices.services.thinning import thin_outbox
from tests.factories import Cast

pytestmark = pytest.mark.django_db
JUNE_2017 = timezone.make_aware(datetime(2017, 6, 1))


@pytest.fixture
def channel() -> Channel:
    return Channel.objects.create(kind="mail", name="邮件")


def message(channel: Channel, key: str, sent_at: datetime | None, state: str = "sent", **more) -> Message:
    return Message.objects.create(
        key=key,
        channel=channel,
        title=f"件 {key}",
        text="正文",
        html="<p>正文</p>",
        mentions=["13800000000"],
        state=state,
        sent_at=sent_at,
        next_try_at=JUNE_2017,
        **more,
    )


def left() -> dict[str, tuple[str, str, list[str]]]:
    return {one.key: (one.text, one.html, one.mentions) for one in Message.objects.all()}


FULL, BARE = ("正文", "<p>正文</p>", ["13800000000"]), ("", "", [])


def test_what_was_sent_long_ago_is_emptied_and_nothing_else(cast: Cast, channel: Channel, today) -> None:
    today(date(2018, 6, 15))
    before, after = JUNE_2017 - timedelta(seconds=1), JUNE_2017
    message(channel, "old", before, user=cast.owner)
    message(channel, "young", after)
    for state in ("waiting", "sending", "failed", "unsure"):
        message(channel, state, None, state=state)
    notice = Notice.objects.create(
        user=cast.owner, kind="returned", title="退回", text="请改", seen_at=before
    )
    assert thin_outbox() == 1
    assert left() == {
        "old": BARE,
        **dict.fromkeys(("young", "waiting", "sending", "failed", "unsure"), FULL),
    }
    old = Message.objects.get(key="old")
    assert (old.user, old.title, old.state, old.sent_at) == (cast.owner, "件 old", MessageState.SENT, before)
    stored = Notice.objects.get()
    assert (stored.text, stored.seen_at) == (notice.text, before)
    event = AuditEvent.objects.get(action="清理发件内容")
    assert (event.changes["清空内容"], event.actor) == (["", 1], None)
    # A second time there is nothing to do, and nothing is written down.
    assert thin_outbox() == 0
    assert AuditEvent.objects.filter(action="清理发件内容").count() == 1


def test_the_months_are_a_setting(channel: Channel, today) -> None:
    today(date(2018, 1, 31))
    message(channel, "january", timezone.make_aware(datetime(2017, 12, 31, 23)))
    assert thin_outbox() == 0
    DeliveryRules.objects.create(keep_months=1)
    assert thin_outbox() == 0, "one whole month stays"
    today(date(2018, 2, 1))
    assert thin_outbox() == 1


@pytest.mark.parametrize("months", [0, 121])
def test_nonsense_months_are_refused(months: int) -> None:
    with pytest.raises(ValidationError, match="保留 1 到 120 个月"):
        DeliveryRules(keep_months=months).full_clean()


def test_it_goes_in_batches_as_a_job(channel: Channel, today, monkeypatch) -> None:
    today(date(2019, 1, 1))
    monkeypatch.setattr(thinning, "BATCH", 2)
    for number in range(5):
        message(channel, str(number), JUNE_2017)
    enqueue("notices.thin", key="notices.thin")
    run_due()
    assert Job.objects.get(kind="notices.thin").result == {"emptied": 5}
    assert list(left().values()) == [BARE] * 5
    assert AuditEvent.objects.filter(action="清理发件内容").count() == 3
