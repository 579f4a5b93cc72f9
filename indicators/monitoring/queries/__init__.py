"""Reads: what assessment asks (`readings`), and what the pages show."""

from .readings import (
    BatchSource,
    NoiseLevel,
    Sample,
    SiteFacts,
    StationDay,
    StationHour,
    Test,
    air_days,
    air_hours,
    batch_sources,
    firm_tests,
    noise_readings,
    sites_in_service,
    water_samples,
)

__all__ = [
    "BatchSource",
    "NoiseLevel",
    "Sample",
    "SiteFacts",
    "StationDay",
    "StationHour",
    "Test",
    "air_days",
    "air_hours",
    "batch_sources",
    "firm_tests",
    "noise_readings",
    "sites_in_service",
    "water_samples",
]
