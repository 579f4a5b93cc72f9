"""Meetings and decisions."""

from django.urls import path

from supervision.meetings.views import decisions, meetings, minutes

app_name = "meetings"

urlpatterns = [
    path("", meetings.meeting_list, name="meeting-list"),
    path("new/", meetings.meeting_new, name="meeting-new"),
    path("decisions/", decisions.decision_list, name="decision-list"),
    path("decisions/<int:decision_id>/", decisions.decision_show, name="decision-show"),
    path("decisions/<int:decision_id>/attach/", decisions.decision_attach, name="decision-attach"),
    path("decisions/<int:decision_id>/<slug:act>/", decisions.decision_act, name="decision-act"),
    path("items/<int:item_id>/", meetings.item_edit, name="item-edit"),
    path("items/<int:item_id>/<slug:act>/", meetings.item_act, name="item-act"),
    path("<int:meeting_id>/", meetings.meeting_show, name="meeting-show"),
    path("<int:meeting_id>/edit/", meetings.meeting_edit, name="meeting-edit"),
    path("<int:meeting_id>/items/", meetings.item_add, name="item-add"),
    path("<int:meeting_id>/answer/", meetings.meeting_answer, name="meeting-answer"),
    path("<int:meeting_id>/attendance/", minutes.attendance, name="meeting-attendance"),
    path("<int:meeting_id>/minutes/", minutes.minutes, name="meeting-minutes"),
    path("<int:meeting_id>/minutes/save/", minutes.minutes_save, name="minutes-save"),
    path("<int:meeting_id>/issue/", minutes.issue, name="meeting-issue"),
    path("<int:meeting_id>/minutes.pdf", minutes.minutes_pdf, name="minutes-pdf"),
    path("<int:meeting_id>/minutes.docx", minutes.minutes_docx, name="minutes-docx"),
    path("<int:meeting_id>/<slug:act>/", meetings.meeting_act, name="meeting-act"),
]
