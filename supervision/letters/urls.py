"""Addresses of the responsibility letters."""

from django.urls import path

from supervision.letters.views import acts, pages

app_name = "letters"

urlpatterns = [
    path("supervision/letters/", pages.letter_list, name="list"),
    path("supervision/letters/draft/", acts.draft, name="draft"),
    path("supervision/letters/<int:letter_id>/", pages.letter_show, name="show"),
    path("supervision/letters/<int:letter_id>/revise/", acts.revise, name="revise"),
    path("supervision/letters/versions/<int:version_id>/edit/", acts.edit, name="edit"),
    path("supervision/letters/versions/<int:version_id>/facts/", acts.facts, name="facts"),
    path("supervision/letters/versions/<int:version_id>/issue/", acts.issue, name="issue"),
    path("supervision/letters/versions/<int:version_id>/sign/", acts.sign, name="sign"),
    path("supervision/letters/versions/<int:version_id>/letter.pdf", pages.pdf, name="pdf"),
    path("supervision/letters/versions/<int:version_id>/letter.docx", pages.docx, name="docx"),
]
