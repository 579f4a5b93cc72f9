"""Reads of the key projects."""
