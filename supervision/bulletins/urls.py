"""Addresses of the circulars."""

from django.urls import path

from supervision.bulletins.views import acts, pages

app_name = "bulletins"

urlpatterns = [
    path("supervision/bulletins/", pages.bulletin_list, name="list"),
    path("supervision/bulletins/draft/", acts.draft, name="draft"),
    path("supervision/bulletins/<int:bulletin_id>/", pages.bulletin_show, name="show"),
    path("supervision/bulletins/<int:bulletin_id>/edit/", acts.edit, name="edit"),
    path("supervision/bulletins/<int:bulletin_id>/rows/", acts.rows, name="rows"),
    path("supervision/bulletins/<int:bulletin_id>/drop/", acts.drop, name="drop"),
    path("supervision/bulletins/<int:bulletin_id>/propose/", acts.propose, name="propose"),
    path("supervision/bulletins/<int:bulletin_id>/return/", acts.send_back, name="return"),
    path("supervision/bulletins/<int:bulletin_id>/issue/", acts.issue, name="issue"),
    path("supervision/bulletins/<int:bulletin_id>/cancel/", acts.cancel, name="cancel"),
    path("supervision/bulletins/<int:bulletin_id>/bulletin.pdf", pages.pdf, name="pdf"),
    path("supervision/bulletins/<int:bulletin_id>/bulletin.docx", pages.docx, name="docx"),
]
