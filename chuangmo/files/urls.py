from django.urls import path

from chuangmo.files import views

app_name = "files"
urlpatterns = [path("files/<int:attachment_id>/", views.download, name="file-download")]
