"""What people are told (Notice), by which ways (Channel, Message, Digest), by their own wish (Preference)."""

from .delivery import Channel, ChannelKind, DeliveryRules, Digest, Message, MessageState, Preference
from .notice import Notice, NoticeTemplate, Urgency

__all__ = [
    "Channel",
    "ChannelKind",
    "DeliveryRules",
    "Digest",
    "Message",
    "MessageState",
    "Notice",
    "NoticeTemplate",
    "Preference",
    "Urgency",
]
