"""Talks, media follow-up, accountability."""

from django.urls import path

from supervision.accountability.views import measures, steps

app_name = "accountability"

urlpatterns = [
    path("", measures.measure_list, name="measure-list"),
    path("new/", measures.measure_new, name="measure-new"),
    path("<int:measure_id>/", measures.measure_show, name="measure-show"),
    path("<int:measure_id>/edit/", measures.measure_edit, name="measure-edit"),
    path("<int:measure_id>/paper.pdf", measures.measure_pdf, name="measure-pdf"),
    path("<int:measure_id>/paper.docx", measures.measure_docx, name="measure-docx"),
    path("<int:measure_id>/record.pdf", measures.record_pdf, name="record-pdf"),
    path("<int:measure_id>/attach/", steps.attach, name="measure-attach"),
    path("<int:measure_id>/<slug:act>/", steps.act, name="measure-act"),
]
