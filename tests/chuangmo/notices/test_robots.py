"""Robots of groups: what each maker's host gets, who is mentioned, what counts as refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest
from django.utils import timezone

from chuangmo.access.models import Role
from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid
from chuangmo.jobs.services import run_due
from chuangmo.notices.models import Channel, Message, MessageState, Preference
from chuangmo.notices.services import notify
from chuangmo.notices.services.delivery import deliver_channel
from chuangmo.notices.services.wishes import save_channel
from tests.chuangmo.notices.conftest import RobotHost, free_port
from tests.factories import Cast, give_role

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

PATHS = {
    "wecom": "/cgi-bin/webhook/send?key=abc-123",
    "dingtalk": "/robot/send?access_token=abc123",
    "feishu": "/open-apis/bot/v2/hook/abc-123",
}


def robot(kind: str, unit, netloc: str, **more) -> Channel:
    return Channel.objects.create(
        kind=kind, name=f"{unit or '创模办'}群", unit=unit, address=f"http://{netloc}{PATHS[kind]}", **more
    )


def tell(*people, unit=None, text: str = "请立即办理。", **more):
    return notify(
        to=people,
        kind="chase",
        title="催办：5 月报表已逾期",
        text=text,
        action="去填报",
        url="/reports/1/",
        subject_kind="report",
        subject_id=1,
        unit=unit,
        urgency="now",
        **more,
    )


@pytest.fixture
def known(cast: Cast) -> Cast:
    """The owner has accounts everywhere, the second reporter only a telephone."""
    cast.owner.wecom_id, cast.owner.dingtalk_id, cast.owner.feishu_id = "lijing", "dd-1", "ou_1"
    cast.owner.phone, cast.owner2.phone = "13800000001", "13800000002"
    cast.owner.save()
    cast.owner2.save()
    return cast


WHOLE = "请立即办理。\n去填报：https://chuangmo.example/reports/1/"


def test_wecom(known: Cast, robot_host: RobotHost) -> None:
    robot("wecom", known.county, robot_host.netloc)
    tell(known.owner, known.owner2, unit=known.county)
    run_due()
    [(path, query, body)] = robot_host.posts
    assert (path, query) == ("/cgi-bin/webhook/send", {"key": ["abc-123"]})
    assert body["msgtype"] == "text"
    assert body["text"]["content"].replace("\r", "") == f"催办：5 月报表已逾期\n{WHOLE}"
    assert body["text"]["mentioned_list"] == ["lijing"]
    assert body["text"]["mentioned_mobile_list"] == ["13800000002"]


def test_dingtalk_with_signature(known: Cast, robot_host: RobotHost) -> None:
    robot("dingtalk", known.county, robot_host.netloc, secret="SECsecret")
    tell(known.owner, known.owner2, unit=known.county)
    run_due()
    [(path, query, body)] = robot_host.posts
    assert (path, query["access_token"]) == ("/robot/send", ["abc123"])
    [stamp], [sign] = query["timestamp"], query["sign"]
    expected = hmac.new(b"SECsecret", f"{stamp}\nSECsecret".encode(), hashlib.sha256).digest()
    assert base64.b64decode(sign) == expected
    assert body["text"]["content"] == f"催办：5 月报表已逾期\n{WHOLE} @dd-1 @13800000002"
    assert body["at"] == {"atUserIds": ["dd-1"], "atMobiles": ["13800000002"], "isAtAll": False}


def test_feishu_with_signature(known: Cast, robot_host: RobotHost) -> None:
    robot_host.answer = b'{"code": 0, "msg": "success", "data": {}}'
    robot("feishu", known.county, robot_host.netloc, secret="s3")
    tell(known.owner, unit=known.county)
    run_due()
    [(path, _, body)] = robot_host.posts
    assert path == "/open-apis/bot/v2/hook/abc-123"
    key = f"{body['timestamp']}\ns3".encode()
    assert base64.b64decode(body["sign"]) == hmac.new(key, b"", hashlib.sha256).digest()
    assert body["content"] == {"text": f'催办：5 月报表已逾期\n{WHOLE} <at user_id="ou_1">李静</at>'}


def test_the_link_survives_a_long_text(known: Cast, robot_host: RobotHost) -> None:
    robot("wecom", known.county, robot_host.netloc)
    tell(known.owner, unit=known.county, text="很长的原因" * 500)
    run_due()
    [(_, _, body)] = robot_host.posts
    assert body["text"]["content"].endswith("去填报：https://chuangmo.example/reports/1/")
    assert len(body["text"]["content"].encode()) <= 2048


# Which group ----------------------------------------------------------------------------------------------


def test_a_group_hears_only_of_its_own_unit(known: Cast, robot_host: RobotHost) -> None:
    """Somebody who belongs to two units does not carry one's matters into the other's group."""
    mine, other = (robot("wecom", unit, robot_host.netloc) for unit in (known.county, known.other_county))
    office = robot("wecom", None, robot_host.netloc)
    give_role(known.owner, known.other_county, Role.REPORTER)
    tell(known.owner, unit=known.county)
    assert set(Message.objects.values_list("channel", flat=True)) == {mine.pk}
    Message.objects.all().delete()
    tell(known.lead, known.office, unit=known.county)  # who reviews others' matters: the bureau has no group
    assert set(Message.objects.values_list("channel", flat=True)) == {office.pk}
    assert not Message.objects.filter(channel=other).exists()


def test_a_matter_is_said_once_in_a_group(known: Cast, robot_host: RobotHost) -> None:
    robot("wecom", known.county, robot_host.netloc)
    tell(known.owner, known.owner2, known.colleague, unit=known.county, key="obligation:1:1:chase")
    tell(known.owner, known.owner2, known.colleague, unit=known.county, key="obligation:1:1:chase")
    run_due()
    assert len(robot_host.posts) == 1


def test_who_wants_no_robots_is_not_mentioned(known: Cast, robot_host: RobotHost) -> None:
    robot("wecom", known.county, robot_host.netloc)
    Preference.objects.create(user=known.owner, robots=False)
    tell(known.owner, unit=known.county)
    assert not Message.objects.exists()
    tell(known.owner, known.owner2, unit=known.county)
    [message] = Message.objects.all()
    assert message.mentions == [known.owner2.pk]


def test_whose_quiet_hours_it_is_is_not_mentioned(known: Cast, robot_host: RobotHost) -> None:
    robot("wecom", known.county, robot_host.netloc)
    now = timezone.localtime()
    quiet = {
        "quiet_from": (now - timedelta(hours=1)).time(),
        "quiet_to": (now + timedelta(hours=1)).time(),
    }
    Preference.objects.create(user=known.owner, **quiet)
    tell(known.owner, known.owner2, unit=known.county)
    run_due()
    [(_, _, body)] = robot_host.posts
    assert body["text"]["mentioned_list"] == []
    assert body["text"]["mentioned_mobile_list"] == ["13800000002"]


# Hosts that refuse or hang --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (
            200,
            b'{"errcode": 93000, "errmsg": "invalid webhook url"}',
            "机器人拒收：93000 invalid webhook url",
        ),
        (200, b'{"code": 19021, "msg": "sign match fail"}', "机器人拒收：19021 sign match fail"),
        (200, b"<html>login</html>", "答非所问"),
        (500, b"", "HTTP 500"),
        (302, b"", "HTTP 302"),
    ],
)
def test_a_refusal_is_no_success(
    known: Cast, robot_host: RobotHost, status: int, answer: bytes, said: str
) -> None:
    channel = robot("wecom", known.county, robot_host.netloc)
    robot_host.status, robot_host.answer = status, answer
    tell(known.owner, unit=known.county)
    run_due()
    channel.refresh_from_db()
    assert said in channel.last_error
    assert channel.rests(timezone.now())
    assert Message.objects.get().state == MessageState.WAITING
    robot_host.status, robot_host.answer = 200, b'{"errcode": 0}'
    Channel.objects.update(paused_until=None)
    assert deliver_channel(channel_id=channel.pk).sent == 1
    assert len(robot_host.posts) == 2


def test_a_host_that_is_not_there_does_not_tell_the_key(known: Cast) -> None:
    channel = robot("wecom", known.county, f"127.0.0.1:{free_port()}")
    tell(known.owner, unit=known.county)
    run_due()
    channel.refresh_from_db()
    assert channel.last_error == "连不上机器人的主机（ConnectionError）"
    assert Message.objects.get().state == MessageState.WAITING


def test_a_host_that_does_not_answer_gets_it_once(
    known: Cast, robot_host: RobotHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chuangmo.notices.services.robots.ANSWER_SECONDS", 0.3)
    robot_host.delay = 1.0
    robot("wecom", known.county, robot_host.netloc)
    tell(known.owner, unit=known.county)
    run_due()
    assert Message.objects.get().state == MessageState.UNSURE
    assert len(robot_host.posts) == 1


def test_a_host_that_hangs_up_gets_it_once(known: Cast, robot_host: RobotHost) -> None:
    robot_host.hangs_up = True
    robot("wecom", known.county, robot_host.netloc)
    tell(known.owner, unit=known.county)
    run_due()
    assert Message.objects.get().state == MessageState.UNSURE
    assert len(robot_host.posts) == 1


# At the desk ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("wecom", "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=abc"),
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
        ("wecom", "https://user@evil.example/?key=abc"),
        ("dingtalk", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"),
        ("feishu", "https://open.feishu.cn/open-apis/bot/v2/"),
        ("feishu", "http://127.0.0.1:8000/open-apis/bot/v2/hook/abc"),
        ("feishu", "http://[broken/hook/abc"),
        ("dingtalk", "钉钉群"),
    ],
)
def test_only_the_makers_own_addresses_are_taken(cast: Cast, kind: str, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        save_channel(channel=Channel(kind=kind, name="群", address=address), by=cast.admin)
    assert set(refused.value.faults) == {"address"}


def test_a_secret_stands_nowhere_else(cast: Cast) -> None:
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=very-secret"
    channel = save_channel(
        channel=Channel(kind="wecom", name="钟山区群", unit=cast.county, address=address), by=cast.admin
    )
    channel.address = address.replace("very-secret", "another-secret")
    save_channel(channel=channel, by=cast.admin)
    first, second = AuditEvent.objects.filter(object_kind="channel").order_by("id")
    assert "secret" not in f"{first.changes}{second.changes}"
    assert first.changes["名称"] == ["", "钟山区群"]
    assert "机器人地址" in second.changes
