"""Addresses of deadlines."""

from django.urls import path, register_converter

from chuangmo.deadlines.models import DeadlineRequest
from chuangmo.deadlines.views import calendar, chase, obligation, punctuality
from chuangmo.deadlines.views.obligation import BY_REASON


class _OneOf:
    """A word of a fixed list in an address."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class AskKind(_OneOf):
    regex = "|".join(DeadlineRequest.Kind.values)


class Act(_OneOf):
    regex = "|".join(BY_REASON)


register_converter(AskKind, "ask_kind")
register_converter(Act, "deadline_act")

app_name = "deadlines"
urlpatterns = [
    path("deadlines/", chase.chase_list, name="chase-list"),
    path("deadlines/export/", chase.chase_export, name="chase-export"),
    path("deadlines/calendar/", calendar.due_calendar, name="calendar"),
    path("deadlines/proposals/confirm/", chase.confirm_many, name="proposal-confirm-many"),
    path("deadlines/proposals/<int:proposal_id>/", obligation.decide_proposal, name="proposal-decide"),
    path("deadlines/requests/<int:request_id>/", obligation.decide, name="request-decide"),
    path("deadlines/requests/<int:request_id>/withdraw/", obligation.withdraw, name="request-withdraw"),
    path("deadlines/<int:obligation_id>/", obligation.obligation, name="obligation"),
    path("deadlines/<int:obligation_id>/ask/<ask_kind:kind>/", obligation.ask, name="request-ask"),
    path("deadlines/<int:obligation_id>/hold/", obligation.hold, name="rung-hold"),
    path("deadlines/<int:obligation_id>/<deadline_act:act>/", obligation.act_by_reason, name="act"),
    path("units/<int:unit_id>/punctuality/", punctuality.unit_punctuality, name="unit-punctuality"),
]
