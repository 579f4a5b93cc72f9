"""Runs of the checks, and the comparison of table, store and digests. Others import from here alone."""

from archives.checks.services.running import go_on, start_run
from archives.checks.services.storing import keep_store_check

__all__ = ["go_on", "keep_store_check", "start_run"]
