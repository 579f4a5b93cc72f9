"""The consistency watch."""

from django.urls import path

from indicators.insight.views import watch

app_name = "insight"

urlpatterns = [
    path("watch/", watch.show_list, name="watch-list"),
    path("watch/check/", watch.check_all, name="watch-check"),
    path("watch/<int:suspicion_id>/", watch.show_one, name="watch-show"),
    path("watch/<int:suspicion_id>/send-back/", watch.send_one_back, name="watch-send-back"),
    path("watch/<int:suspicion_id>/decide/", watch.decide_one, name="watch-decide"),
]
