"""Every change of the archive, each a function of its own. Rooms by idea."""

from archives.holdings.services.acceptance import freeze_piece, submission_faults, take_in
from archives.holdings.services.numbering import take_archive_number
from archives.holdings.services.offering import (
    OWNER,
    Offered,
    add_version,
    adopt_file,
    begin_piece,
    discard_piece,
    save_piece,
)
from archives.holdings.services.originals import place_original, save_box, save_folder
from archives.holdings.services.proving import also_proves

__all__ = [
    "OWNER",
    "Offered",
    "add_version",
    "adopt_file",
    "also_proves",
    "begin_piece",
    "discard_piece",
    "freeze_piece",
    "place_original",
    "save_box",
    "save_folder",
    "save_piece",
    "submission_faults",
    "take_archive_number",
    "take_in",
]
