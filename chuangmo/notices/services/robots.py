"""Robots in groups of WeCom, DingTalk and Feishu, on apprise's plug-ins.

apprise knows the addresses, the signatures and the largest sizes. What we add: people are mentioned, an answer that says
“refused” with HTTP 200 counts as refused (WeCom and DingTalk do that), and private installations have their own hosts.
"""

from __future__ import annotations

import json
import base64
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from apprise import AppriseAsset
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot

from chuangmo.access.models import User
from chuangmo.notices.models import Channel, ChannelKind, Message
from chuangmo.notices.services.ways import ChannelFault, Refusal, Unsure

__all__ = ["RobotWay"]

CONNECT_SECONDS, ANSWER_SECONDS = 5, 10
_ASSET = AppriseAsset(app_id="chuangmo", app_desc="创模", app_url="")


class RobotWay:
    """The robot of one channel; nothing is opened before a message is sent."""

    def __init__(self, channel: Channel) -> None:
        self._robot = _ROBOTS[channel.kind](channel)

    def send(self, message: Message, people: dict[int, User]) -> None:
        mentioned = [people[pk] for pk in message.mentions if pk in people]
        self._robot.say(message.title, message.text, mentioned)

    def close(self) -> None:
        """Each message has a connection of its own."""


class _Robot:
    """One robot: its address as the administrator pasted it, and how that maker wants a message."""

    def __init__(self, channel: Channel) -> None:
        self.address, self.secret = channel.address, channel.secret

    def say(self, title: str, text: str, mentioned: list[User]) -> None:
        raise NotImplementedError

    def post(self, payload: dict[str, Any], params: dict[str, str] | None = None) -> None:
        """Post, and look at what was answered."""
        try:
            answer = requests.post(
                self.address,
                params=params,
                data=json.dumps(payload, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
            )
        except requests.ReadTimeout as error:
            raise Unsure("机器人没有应答（超时）") from error
        except requests.RequestException as error:
            raise ChannelFault(_without_secrets(error, self.address)) from error
        self._check(answer)
