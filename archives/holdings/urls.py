"""The archive. Short addresses lead to the current plan."""

from django.urls import path

from archives.holdings.views import matrix, originals, pieces, register, wanted

app_name = "holdings"

urlpatterns = [
    path("archives/", matrix.current_matrix, name="matrix-current"),
    path("archives/mine/", wanted.mine, name="mine"),
    path("archives/wanted/<int:requirement_id>/", wanted.requirement_show, name="requirement-show"),
    path("archives/wanted/<int:requirement_id>/offer/", wanted.requirement_offer, name="requirement-offer"),
    path("archives/pieces/<int:piece_id>/", pieces.piece_show, name="piece-show"),
    path("archives/pieces/<int:piece_id>/version/", pieces.piece_version, name="piece-version"),
    path("archives/pieces/<int:piece_id>/discard/", pieces.piece_discard, name="piece-discard"),
    path("archives/pieces/<int:piece_id>/also/", pieces.piece_also, name="piece-also"),
    path("archives/pieces/<int:piece_id>/place/", pieces.piece_place, name="piece-place"),
    path("archives/boxes/", originals.box_list, name="box-list"),
    path("archives/boxes/<int:box_id>/", originals.box_show, name="box-show"),
    path("archives/boxes/<int:box_id>/label.pdf", originals.box_label, name="box-label"),
    path("archives/folders/<int:folder_id>/list.pdf", originals.folder_print, name="folder-print"),
    path("p/<slug:plan>/archives/", matrix.matrix_show, name="matrix-show"),
    path("p/<slug:plan>/archives/pieces/", register.piece_list, name="piece-list"),
    path("p/<slug:plan>/archives/<int:number>/", matrix.catalogue_show, name="catalogue-show"),
]
