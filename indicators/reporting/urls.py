from django.urls import path

from indicators.reporting.views import entry, extensions, files, locks, publication, reports

app_name = "reporting"
urlpatterns = [
    path("reports/", reports.report_list, name="report-list"),
    path("reports/<int:report_id>/", entry.report, name="report"),
    path("reports/<int:report_id>/save/", entry.save, name="report-save"),
    path("reports/<int:report_id>/findings/", entry.findings, name="report-findings"),
    path("reports/<int:report_id>/paste/", entry.paste, name="report-paste"),
    path("reports/<int:report_id>/files/", files.attach, name="file-attach"),
    path("reports/<int:report_id>/files/<int:attachment_id>/remove/", files.remove, name="file-remove"),
    path("reports/<int:report_id>/publication/", publication.report_publication, name="report-publication"),
    path("reports/<int:report_id>/extend/", extensions.report_extend, name="report-extend"),
    path("review/locks/", locks.lock_list, name="lock-list"),
    path("review/locks/<int:lock_id>/lift/", locks.lock_lift, name="lock-lift"),
]
