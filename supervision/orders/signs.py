"""How the states of orders look: the signs of the house with words of their own, the same on page, in Excel and on paper."""

from __future__ import annotations

from collections.abc import Mapping

from supervision.orders.models import OrderState

__all__ = ["STATES"]

# State → (code of chuangmo.shell.signs.STATE, word).
STATES: Mapping[str, tuple[str, str]] = {
    OrderState.DRAFT: ("draft", "草稿"),
    OrderState.ISSUED: ("submitted", "待签收"),
    OrderState.SIGNED: ("signed_off", "已签收"),
    OrderState.ANSWERED: ("in_review", "已反馈"),
    OrderState.REVIEWED: ("verified", "已复核"),
    OrderState.SENT_BACK: ("returned", "退回重办"),
    OrderState.CLOSED: ("accepted", "已销号"),
    OrderState.RENEWED: ("renewed", "已转二次督办"),
    OrderState.CANCELLED: ("waived", "作废"),
}
