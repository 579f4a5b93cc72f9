"""Key projects. Short addresses lead to the current plan."""

from django.urls import path

from projects.works.views import funds, progress, projects, schedules

app_name = "works"

urlpatterns = [
    path("projects/", projects.current_list, name="project-current"),
    path("projects/progress/<int:progress_id>/", progress.progress_show, name="progress-show"),
    path("p/<slug:plan>/projects/", projects.project_list, name="project-list"),
    path("p/<slug:plan>/projects/gantt/", projects.project_gantt_page, name="project-gantt"),
    path("p/<slug:plan>/projects/board/", projects.project_board, name="project-board"),
    path("p/<slug:plan>/projects/counties/", projects.project_counties, name="project-counties"),
    path("p/<slug:plan>/projects/export.xlsx", projects.project_workbook, name="project-workbook"),
    path("p/<slug:plan>/projects/funds/", funds.funds, name="funds"),
    path("p/<slug:plan>/projects/funds/<int:unit_id>/", funds.county_fund, name="county-fund"),
    path("p/<slug:plan>/projects/<slug:code>/", projects.project_show, name="project-show"),
    path("p/<slug:plan>/projects/<slug:code>/card.pdf", projects.project_card, name="project-card"),
    path("p/<slug:plan>/projects/<slug:code>/funds/", funds.fund_plan, name="fund-plan"),
    path("p/<slug:plan>/projects/<slug:code>/schedule/", schedules.edit, name="schedule-edit"),
    path("p/<slug:plan>/projects/<slug:code>/schedule/begin/", schedules.begin, name="schedule-begin"),
    path("p/<slug:plan>/projects/<slug:code>/schedule/decide/", schedules.decide, name="schedule-decide"),
    path("p/<slug:plan>/projects/<slug:code>/schedule/drop/", schedules.drop, name="schedule-drop"),
]
