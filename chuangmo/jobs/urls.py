from django.urls import path

from chuangmo.jobs import views

app_name = "jobs"
urlpatterns = [
    path("status/", views.status, name="status"),
    path("status/jobs/<int:job_id>/retry/", views.job_retry, name="job-retry"),
    path("status/jobs/<int:job_id>/cancel/", views.job_cancel, name="job-cancel"),
]
