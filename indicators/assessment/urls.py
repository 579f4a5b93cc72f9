"""Wall, indicator pages, matrix and the month's table. Short addresses lead to the current plan."""

from django.urls import path

from indicators.assessment.views import exports, indicator, matrix, rule, wall, what_if

app_name = "assessment"

urlpatterns = [
    path("indicators/", wall.current_wall, name="wall-current"),
    path("indicators/<int:number>/", indicator.current_indicator, name="indicator-current"),
    path("matrix/", matrix.current_matrix, name="matrix-current"),
    path("p/<slug:plan>/indicators/", wall.show_wall, name="wall-show"),
    path("p/<slug:plan>/indicators/assess/", wall.assess_again, name="wall-assess"),
    path("p/<slug:plan>/indicators/<int:number>/", indicator.show_indicator, name="indicator-show"),
    path("p/<slug:plan>/indicators/<int:number>/sources/", indicator.show_sources, name="indicator-sources"),
    path("p/<slug:plan>/indicators/<int:number>/what-if/", what_if.show_what_if, name="indicator-what-if"),
    path("p/<slug:plan>/indicators/<int:number>/rule/", rule.edit_rule, name="indicator-rule"),
    path(
        "p/<slug:plan>/indicators/<int:number>/rule/versions/",
        rule.show_versions,
        name="indicator-rule-versions",
    ),
    path("p/<slug:plan>/matrix/", matrix.show_matrix, name="matrix-show"),
    path("p/<slug:plan>/export/<str:month>.xlsx", exports.month_workbook, name="month-workbook"),
    path("p/<slug:plan>/export/<str:month>.pdf", exports.month_pdf, name="month-pdf"),
    path("p/<slug:plan>/export/<str:month>/issue/", exports.month_issue, name="month-issue"),
]
