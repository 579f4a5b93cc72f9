"""Search, the four checks, the gap check."""

from django.urls import path

from archives.checks.views import gaps, runs, search

app_name = "checks"
urlpatterns = [
    path("archives/search/", search.show_search, name="search"),
    path("archives/gaps/", gaps.show_gaps, name="gap-list"),
    path("archives/checks/", runs.show_list, name="run-list"),
    path("archives/checks/start/", runs.start, name="run-start"),
    path("archives/checks/<int:run_id>/", runs.show_run, name="run-show"),
    path("archives/checks/<int:run_id>/certificate/", runs.certificate, name="run-certificate"),
]
