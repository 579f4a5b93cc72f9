"""Inspections, findings, deputies' comments."""

from django.urls import path, register_converter

from supervision.inspections.services.tours import MOVES
from supervision.inspections.views import comments, findings, tours


class TourMove:
    regex = "|".join(MOVES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TourMove, "tour_move")

app_name = "inspections"
_ONE = "supervision/inspections/<int:inspection_id>/"
_FINDING = "supervision/findings/<int:finding_id>/"
urlpatterns = [
    path("supervision/inspections/", tours.inspection_list, name="inspection-list"),
    path("supervision/inspections/new/", tours.inspection_new, name="inspection-new"),
    path(_ONE, tours.inspection_show, name="inspection-show"),
    path(_ONE + "edit/", tours.inspection_edit, name="inspection-edit"),
    path(_ONE + "items/", tours.inspection_check, name="inspection-check"),
    path(_ONE + "comment/", comments.inspection_comment, name="inspection-comment"),
    path(_ONE + "findings/new/", findings.finding_new, name="finding-new"),
    path(_ONE + "<tour_move:move>/", tours.inspection_move, name="inspection-move"),
    path("supervision/findings/", findings.finding_list, name="finding-list"),
    path("supervision/findings/new/", findings.finding_direct, name="finding-direct"),
    path(_FINDING, findings.finding_show, name="finding-show"),
    path(_FINDING + "edit/", findings.finding_edit, name="finding-edit"),
    path(_FINDING + "photos/", findings.finding_photos, name="finding-photos"),
    path(_FINDING + "drop/", findings.finding_drop, name="finding-drop"),
    path("supervision/comments/", comments.comment_list, name="comment-list"),
    path("supervision/comments/<int:comment_id>/answer/", comments.comment_answer, name="comment-answer"),
]
