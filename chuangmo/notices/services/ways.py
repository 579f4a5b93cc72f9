"""What a way out (mail, robot) tells of a failure."""

from __future__ import annotations

from typing import Protocol

from chuangmo.access.models import User
from chuangmo.notices.models import Message

__all__ = ["ChannelFault", "Refusal", "Unsure", "Way"]


class ChannelFault(Exception):
    """The channel does not work now, nothing left the house: the message waits, the channel rests."""


class Unsure(ChannelFault):
    """The channel failed after the message was handed over: it may have arrived, so it isn't sent again."""


class Refusal(Exception):
    """This one message was refused, the channel works; `for_good` if trying again is no use."""

    def __init__(self, text: str, *, for_good: bool) -> None:
        self.for_good = for_good
        super().__init__(text)


class Way(Protocol):
    """An open connection to a channel."""

    def send(self, message: Message, people: dict[int, User]) -> None:
        """Hand one message over. `people` holds its addressee and those whom it mentions."""

    def close(self) -> None: ...
