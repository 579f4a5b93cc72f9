"""Changes of state of the assessment: verdicts reached again when accepted figures or rules change."""

from .refreshing import figures_changed, readings_changed, refresh_all, refresh_stale

__all__ = ["figures_changed", "readings_changed", "refresh_all", "refresh_stale"]
