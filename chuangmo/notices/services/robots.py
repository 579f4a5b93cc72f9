"""Robots in groups of WeCom, DingTalk and Feishu, on apprise's plug-ins.

From apprise: what a token may look like, sizes and how a text is cut to them, DingTalk's signature. Ours is the posting
(docs/decisions/0011-a-message-goes-once.md): people are mentioned, an answer that says “refused” with HTTP 200 counts as
refused, private installations have hosts of their own, a signature for Feishu.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import requests
from apprise import AppriseAsset
from apprise.exception import AppriseException
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from chuangmo.access.models import User
from chuangmo.notices.models import Channel, ChannelKind, Message
from chuangmo.notices.rules.robots import robot_token
from chuangmo.notices.services.ways import ChannelFault, Unsure

__all__ = ["RobotWay"]

CONNECT_SECONDS, ANSWER_SECONDS = 5, 10
_ASSET = AppriseAsset(app_id="chuangmo", app_desc="创模", app_url="")


class RobotWay:
    """The robot of one channel; each message has a connection of its own. ChannelFault where its address is none."""

    def __init__(self, channel: Channel) -> None:
        try:
            self._robot = _PLUGINS[ChannelKind(channel.kind)](channel)
        except (TypeError, AppriseException) as error:
            raise ChannelFault("机器人地址或加签密钥不对") from error

    def send(self, message: Message, people: dict[int, User]) -> None:
        self._robot.mentioned = [people[pk] for pk in message.mentions if pk in people]
        self._robot.notify(title=message.title, body=message.text)

    def close(self) -> None: ...


class _Posting:
    """What the three have in common: posting, and looking at what was answered."""

    channel: Channel
    mentioned: list[User]

    def post(self, payload: dict[str, Any], params: dict[str, str] | None = None) -> bool:
        try:
            answer = requests.post(
                self.channel.address,
                params=params,
                data=json.dumps(payload, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
            )
        except requests.ReadTimeout as error:
            raise Unsure("机器人没有应答（超时）") from error
        except requests.RequestException as error:  # its text would tell the address
            raise ChannelFault(f"连不上机器人的主机（{type(error).__name__}）") from error
        _require_done(answer)
        return True


class _WeCom(_Posting, NotifyWeComBot):
    """2048 bytes: 640 Chinese characters and a link."""

    body_maxlen = 640

    def __init__(self, channel: Channel) -> None:
        super().__init__(key=robot_token(channel.kind, channel.address), asset=_ASSET, overflow="truncate")
        self.channel = channel

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        ids = [person.wecom_id for person in self.mentioned if person.wecom_id]
        phones = [person.phone for person in self.mentioned if person.phone and not person.wecom_id]
        text = {"content": body, "mentioned_list": ids, "mentioned_mobile_list": phones}
        return self.post({"msgtype": "text", "text": text})


class _DingTalk(_Posting, NotifyDingTalk):
    def __init__(self, channel: Channel) -> None:
        token = robot_token(channel.kind, channel.address)
        super().__init__(token=token, secret=channel.secret or None, asset=_ASSET, overflow="truncate")
        self.channel = channel

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        ids = [person.dingtalk_id for person in self.mentioned if person.dingtalk_id]
        phones = [person.phone for person in self.mentioned if person.phone and not person.dingtalk_id]
        names = "".join(f" @{one}" for one in [*ids, *phones])  # without it nobody's telephone rings
        payload = {
            "msgtype": "text",
            "text": {"content": "\n".join(filter(None, [title, body + names]))},
            "at": {"atUserIds": ids, "atMobiles": phones, "isAtAll": False},
        }
        return self.post(payload, self._signed())

    def _signed(self) -> dict[str, str] | None:
        if not self.secret:
            return None
        timestamp, signature = self.get_signature()
        return {"timestamp": timestamp, "sign": self.unquote(signature)}  # requests quotes it itself


class _Feishu(_Posting, NotifyFeishu):
    def __init__(self, channel: Channel) -> None:
        super().__init__(token=robot_token(channel.kind, channel.address), asset=_ASSET, overflow="truncate")
        self.channel = channel

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        names = "".join(
            f' <at user_id="{person.feishu_id}">{person.name}</at>'
            for person in self.mentioned
            if person.feishu_id
        )
        text = "\n".join(filter(None, [title, body + names]))
        return self.post({**self._signed(), "msg_type": "text", "content": {"text": text}})

    def _signed(self) -> dict[str, str]:
        """Feishu signs with the text to sign as the key of an empty message."""
        if not self.channel.secret:
            return {}
        timestamp = str(int(time.time()))
        key = f"{timestamp}\n{self.channel.secret}".encode()
        signature = base64.b64encode(hmac.new(key, digestmod=hashlib.sha256).digest()).decode()
        return {"timestamp": timestamp, "sign": signature}


_PLUGINS: dict[ChannelKind, type[_WeCom] | type[_DingTalk] | type[_Feishu]] = {
    ChannelKind.WECOM: _WeCom,
    ChannelKind.DINGTALK: _DingTalk,
    ChannelKind.FEISHU: _Feishu,
}


def _require_done(answer: requests.Response) -> None:
    """ChannelFault unless the maker says that it took the message: WeCom and DingTalk by errcode 0, Feishu by code 0."""
    if answer.status_code != requests.codes.ok:
        raise ChannelFault(f"机器人的主机答 HTTP {answer.status_code}")
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise ChannelFault("机器人的主机答非所问，地址可能不对")
    code = said.get("errcode", said.get("code", said.get("StatusCode", 0)))
    if code not in (0, "0"):
        why = said.get("errmsg") or said.get("msg") or ""
        raise ChannelFault(f"机器人拒收：{code} {why}"[:300])
