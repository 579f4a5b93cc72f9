"""Telling people and sending what goes out. `notify` and `notify_many` are for everybody; each is part of the caller's
transaction."""

from chuangmo.access.queries import leaders_of, leaders_of_units
from chuangmo.notices.services.notifying import NoticeDraft, notify, notify_many, settle
from chuangmo.notices.services.reading import mark_all_seen, mark_seen
from chuangmo.notices.services.wording import Rendered, Wording, render_notice, wording

__all__ = [
    "NoticeDraft",
    "Rendered",
    "Wording",
    "leaders_of",
    "leaders_of_units",
    "mark_all_seen",
    "mark_seen",
    "notify",
    "notify_many",
    "render_notice",
    "settle",
    "wording",
]
