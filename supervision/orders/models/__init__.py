"""Orders 督办单, what happened to them, and what came back."""

from supervision.orders.models.orders import (
    DONE_STATES,
    OPEN_STATES,
    CoUnit,
    Order,
    OrderEvent,
    OrderKind,
    OrderState,
)
from supervision.orders.models.rebounds import OrderRules, Rebound

__all__ = [
    "DONE_STATES",
    "OPEN_STATES",
    "CoUnit",
    "Order",
    "OrderEvent",
    "OrderKind",
    "OrderRules",
    "OrderState",
    "Rebound",
]
