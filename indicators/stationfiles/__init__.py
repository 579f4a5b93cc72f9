"""Measurement files as monitoring stations write them: reading them, and two commands that judge them.

Text in, figures of `indicators.standards` out; no database. Every fault is named with file, row and column.
"""
