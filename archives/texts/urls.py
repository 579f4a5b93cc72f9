"""A file shown in the page, under the number of the attachment through which the person may see it."""

from django.urls import path

from archives.texts.views import previews

app_name = "texts"
urlpatterns = [
    path("files/<int:attachment_id>/show/", previews.show_file, name="file-show"),
    path("files/<int:attachment_id>/show/<int:page>/", previews.picture, name="file-picture"),
]
