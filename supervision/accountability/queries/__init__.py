"""Reads of measures and the chain of proof."""
