"""What makes books of a snapshot, and gives files out."""

from archives.books.services.issuing import issue_file, register, reserve_code, supersede, withdraw

__all__ = ["issue_file", "register", "reserve_code", "supersede", "withdraw"]
