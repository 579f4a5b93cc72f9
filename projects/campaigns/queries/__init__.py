"""Reads of the tasks."""
