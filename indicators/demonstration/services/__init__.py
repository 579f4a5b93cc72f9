"""Filling a new database with the demonstration."""
