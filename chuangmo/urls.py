"""All addresses. Each part lists its own; paths of a plan's things start with /p/<code>/."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("indicators.assessment.urls")),
    path("", include("indicators.insight.urls")),
    path("", include("indicators.reporting.urls")),
    path("", include("indicators.monitoring.urls")),
    path("", include("projects.works.urls")),
    path("", include("projects.campaigns.urls")),
    path("", include("supervision.urls")),
    path("", include("supervision.inspections.urls")),
    path("", include("supervision.orders.urls")),
    path("supervision/meetings/", include("supervision.meetings.urls")),
    path("supervision/accountability/", include("supervision.accountability.urls")),
    path("", include("archives.texts.urls")),
    path("", include("archives.checks.urls")),
    path("", include("archives.holdings.urls")),
    path("", include("archives.books.urls")),
    path("", include("archives.dossiers.urls")),
    path("", include("supervision.letters.urls")),
    path("", include("supervision.scores.urls")),
    path("", include("supervision.bulletins.urls")),
    path("", include("supervision.morning.urls")),
    path("", include("chuangmo.files.urls")),
    path("", include("chuangmo.jobs.urls")),
    path("", include("chuangmo.notices.urls")),
    path("", include("chuangmo.deadlines.urls")),
    path("", include("chuangmo.review.urls")),
    path("", include("chuangmo.shell.urls")),
]
