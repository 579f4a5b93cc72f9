"""The one thing that the morning page writes."""

from supervision.morning.services.looking import look

__all__ = ["look"]
