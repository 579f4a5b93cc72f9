"""Reading stored files and keeping what was read. Other parts import from here alone."""

from archives.texts.services.extracting import extract, request_missing, request_text

__all__ = ["extract", "request_missing", "request_text"]
