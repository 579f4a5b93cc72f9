"""Addresses of the scores. Short ones lead to the current plan."""

from django.urls import path

from supervision.scores.views import acts, decisions, pages

app_name = "scores"

urlpatterns = [
    path("supervision/scores/", pages.current, name="current"),
    path("supervision/scores/mine/", pages.mine, name="mine"),
    path("p/<slug:plan>/supervision/scores/", pages.round_list, name="list"),
    path("p/<slug:plan>/supervision/scores/compute/", acts.compute, name="compute"),
    path("p/<slug:plan>/supervision/scores/recheck/", acts.recheck, name="recheck"),
    path("p/<slug:plan>/supervision/scores/<slug:period>/", pages.round_show, name="round"),
    path("p/<slug:plan>/supervision/scores/<slug:period>/show/", acts.show, name="show"),
    path("p/<slug:plan>/supervision/scores/<slug:period>/finish/", acts.finish, name="finish"),
    path("p/<slug:plan>/supervision/scores/<slug:period>/<int:unit_id>/", pages.unit_show, name="unit"),
    path(
        "p/<slug:plan>/supervision/scores/<slug:period>/<int:unit_id>/object/",
        decisions.object_to,
        name="object",
    ),
    path(
        "p/<slug:plan>/supervision/scores/<slug:period>/<int:unit_id>/adjust/",
        decisions.adjust,
        name="adjust",
    ),
    path("supervision/scores/adjustments/<int:adjustment_id>/withdraw/", decisions.withdraw, name="withdraw"),
    path("supervision/scores/objections/<int:objection_id>/", decisions.decide, name="decide"),
    path("supervision/scores/corrections/<int:correction_id>/", decisions.correct, name="correct"),
]
