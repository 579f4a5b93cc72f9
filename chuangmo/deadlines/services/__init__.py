"""Every change of what is owed, each a function of its own. Rooms by idea."""

from chuangmo.deadlines.queries import is_entry_open
from chuangmo.deadlines.services.holding import hold_rung, lift_hold
from chuangmo.deadlines.services.obligations import (
    close_step,
    fulfil,
    fulfil_by_hand,
    grant_exception,
    open_cycle,
    owe,
    owe_again,
    owe_all,
    reschedule,
    unwaive,
    unwaive_one,
    waive,
    waive_one,
)
from chuangmo.deadlines.services.proposals import confirm_proposal, decline_proposal
from chuangmo.deadlines.services.reconciling import calendar_changed, reconcile
from chuangmo.deadlines.services.requests import (
    decide_extension,
    decide_objection,
    decide_suspension,
    object_assignment,
    request_extension,
    request_suspension,
    resume,
    withdraw_request,
)
from chuangmo.deadlines.services.sweeping import Swept, sweep

__all__ = [
    "Swept",
    "calendar_changed",
    "close_step",
    "confirm_proposal",
    "decide_extension",
    "decide_objection",
    "decide_suspension",
    "decline_proposal",
    "fulfil",
    "fulfil_by_hand",
    "grant_exception",
    "hold_rung",
    "is_entry_open",
    "lift_hold",
    "object_assignment",
    "open_cycle",
    "owe",
    "owe_again",
    "owe_all",
    "reconcile",
    "request_extension",
    "request_suspension",
    "reschedule",
    "resume",
    "sweep",
    "unwaive",
    "unwaive_one",
    "waive",
    "waive_one",
    "withdraw_request",
]
