"""Reads of the assessment pages and exports, each with a constant number of queries."""
