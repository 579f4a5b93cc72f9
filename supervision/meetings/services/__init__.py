"""Every change of meetings and decisions, each a function of its own. Rooms by idea."""

from supervision.meetings.services.agenda import add_item, draw_agenda, edit_item, move_item, remove_item
from supervision.meetings.services.attendance import answer_call, record_attendance
from supervision.meetings.services.decisions import (
    accept_decision,
    add_decision,
    attach_to_decision,
    bind_decisions,
    change_decision,
    make_order,
    remove_decision,
    report_decision,
    send_back_decision,
    withdraw_decision,
)
from supervision.meetings.services.issuing import issue_minutes
from supervision.meetings.services.meetings import (
    cancel_meeting,
    convene_meeting,
    edit_meeting,
    hold_meeting,
    plan_meeting,
)
from supervision.meetings.services.minutes import Entry, Kept, save_minutes

__all__ = [
    "Entry",
    "Kept",
    "accept_decision",
    "add_decision",
    "add_item",
    "answer_call",
    "attach_to_decision",
    "bind_decisions",
    "cancel_meeting",
    "change_decision",
    "convene_meeting",
    "draw_agenda",
    "edit_item",
    "edit_meeting",
    "hold_meeting",
    "issue_minutes",
    "make_order",
    "move_item",
    "plan_meeting",
    "record_attendance",
    "remove_decision",
    "remove_item",
    "report_decision",
    "save_minutes",
    "send_back_decision",
    "withdraw_decision",
]
