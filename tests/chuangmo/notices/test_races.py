"""Two at once, in threads with connections of their own: nobody is told twice, nothing is mailed twice."""

from __future__ import annotations

import pytest

from chuangmo.notices.models import Channel, Digest, Message, MessageState, Notice
from chuangmo.notices.services import NoticeDraft, notify_many
from chuangmo.notices.services.delivery import deliver_channel
from chuangmo.notices.services.digests import make_digests
from tests.chuangmo.notices.conftest import Sink
from tests.chuangmo.notices.test_digests import at
from tests.factories import Cast, make_cast
from tests.indicators.reporting.review.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> Cast:
    cast = make_cast()
    for person in (cast.owner, cast.owner2, cast.colleague):
        person.email = f"{person.username}@example.org"
        person.save()
    return cast


def drafts(cast: Cast, urgency: str) -> list[NoticeDraft]:
    people = [cast.owner, cast.owner2, cast.colleague]
    return [
        NoticeDraft(
            user_id=person.pk,
            kind="chase",
            title="催办",
            text="",
            url="/",
            key=f"obligation:{n}",
            urgency=urgency,
        )
        for person in people
        for n in range(5)
    ]


def test_two_sweeps_tell_once(world: Cast, mails: Sink) -> None:
    """In opposite orders, so that neither may wait for the other for ever."""
    rows = drafts(world, "now")
    assert at_once(lambda: notify_many(rows), lambda: notify_many(reversed(rows))) == [None, None]
    assert Notice.objects.count() == 15
    assert Message.objects.count() == 15


def test_two_workers_mail_once(world: Cast, mails: Sink) -> None:
    notify_many(drafts(world, "now"))
    channel = Channel.objects.get()

    def deliver() -> None:
        deliver_channel(channel_id=channel.pk)

    assert at_once(deliver, deliver) == [None, None]
    assert len(mails.mails) == 15
    assert set(Message.objects.values_list("state", "attempts")) == {(MessageState.SENT, 1)}


def test_two_daily_mails_are_one(world: Cast, mails: Sink) -> None:
    notify_many(drafts(world, "digest"))

    def make() -> None:
        make_digests(now=at("08:30"))

    assert at_once(make, make) == [None, None]
    assert Message.objects.count() == 3
    assert set(Digest.objects.values_list("count", flat=True)) == {5}
