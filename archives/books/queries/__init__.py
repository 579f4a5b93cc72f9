"""Reads for the pages of issued files."""

from archives.books.queries.issued import issued_files, kept_copies, public_file

__all__ = ["issued_files", "kept_copies", "public_file"]
