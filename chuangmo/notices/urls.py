from django.urls import path

from chuangmo.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/seen/", views.see_all, name="see-all"),
    path("notices/settings/", views.preferences, name="settings"),
    path("notices/<int:notice_id>/", views.show, name="show"),
    path("notices/<int:notice_id>/seen/", views.see, name="see"),
    path("notices/<int:notice_id>/open/", views.open_place, name="open"),
]
