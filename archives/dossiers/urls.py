from django.urls import path

from archives.dossiers.views import cited, dossiers, snapshots, texts

app_name = "dossiers"
urlpatterns = [
    path("dossiers/", snapshots.dossier_list, name="dossier-list"),
    path("dossiers/snapshots/new/", snapshots.snapshot_new, name="snapshot-new"),
    path("dossiers/snapshots/<int:snapshot_id>/", snapshots.snapshot_show, name="snapshot-show"),
    path("dossiers/snapshots/<int:snapshot_id>/make/", snapshots.dossier_make, name="dossier-make"),
    path(
        "dossiers/snapshots/<int:snapshot_id>/compare/", snapshots.snapshot_compare, name="snapshot-compare"
    ),
    path(
        "dossiers/snapshots/<int:snapshot_id>/chapters/<slug:slug>/",
        snapshots.snapshot_chapter,
        name="snapshot-chapter",
    ),
    path("dossiers/texts/", texts.text_list, name="text-list"),
    path("dossiers/texts/preview/", texts.text_preview, name="text-preview"),
    path("dossiers/texts/<slug:slug>/", texts.text_edit, name="text-edit"),
    path("dossiers/texts/<slug:slug>/paper/", texts.chapter_preview, name="chapter-preview"),
    path("dossiers/texts/<slug:slug>/<slug:block>/draft/", texts.text_draft, name="text-draft"),
    path("dossiers/<int:dossier_id>/", dossiers.dossier_show, name="dossier-show"),
    path("dossiers/<int:dossier_id>/progress/", dossiers.dossier_progress, name="dossier-progress"),
    path("dossiers/<int:dossier_id>/pieces/", cited.cited_list, name="cited-list"),
    path(
        "dossiers/<int:dossier_id>/pieces/<int:piece_id>/",
        cited.cited_piece,
        name="cited-piece",
    ),
    path("dossiers/<int:dossier_id>/file/", dossiers.dossier_file, name="dossier-file"),
    path(
        "dossiers/<int:dossier_id>/workbook/",
        dossiers.dossier_file,
        {"what": "workbook"},
        name="dossier-workbook",
    ),
    path(
        "dossiers/<int:dossier_id>/package/",
        dossiers.dossier_file,
        {"what": "package"},
        name="dossier-package",
    ),
    path("dossiers/<int:dossier_id>/stop/", dossiers.dossier_stop, name="dossier-stop"),
    path("dossiers/<int:dossier_id>/resume/", dossiers.dossier_resume, name="dossier-resume"),
    path("dossiers/<int:dossier_id>/readers/", dossiers.dossier_open, name="dossier-open"),
    path(
        "dossiers/<int:dossier_id>/readers/<int:user_id>/close/", dossiers.dossier_close, name="dossier-close"
    ),
]
