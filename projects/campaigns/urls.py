"""Tasks. Short addresses lead to the current plan."""

from django.urls import path

from projects.campaigns.views import imports, members, shares, tasks

app_name = "campaigns"

urlpatterns = [
    path("tasks/", tasks.current_list, name="task-current"),
    path("tasks/members/<int:member_id>/", members.member_show, name="member-show"),
    path("tasks/members/<int:member_id>/files/", members.member_attach, name="member-attach"),
    path(
        "tasks/members/<int:member_id>/files/<int:attachment_id>/remove/",
        members.member_detach,
        name="member-detach",
    ),
    path("tasks/imports/<int:import_id>/", imports.import_show, name="import-show"),
    path("tasks/imports/<int:import_id>/decide/", imports.import_decide, name="import-decide"),
    path("tasks/imports/<int:import_id>/confirm/", imports.import_confirm, name="import-confirm"),
    path("tasks/imports/<int:import_id>/discard/", imports.import_discard, name="import-discard"),
    path("p/<slug:plan>/tasks/", tasks.task_list, name="task-list"),
    path("p/<slug:plan>/tasks/<slug:code>/", tasks.task_show, name="task-show"),
    path("p/<slug:plan>/tasks/<slug:code>/do/", tasks.task_act, name="task-act"),
    path("p/<slug:plan>/tasks/<slug:code>/members/", members.member_new, name="member-new"),
    path("p/<slug:plan>/tasks/<slug:code>/import/", imports.import_new, name="import-new"),
    path("p/<slug:plan>/tasks/<slug:code>/template.xlsx", imports.import_template, name="import-template"),
    path("p/<slug:plan>/tasks/<slug:code>/shares/", shares.share_list, name="share-list"),
    path("p/<slug:plan>/tasks/<slug:code>/shares/<int:share_id>/", shares.share_act, name="share-act"),
]
