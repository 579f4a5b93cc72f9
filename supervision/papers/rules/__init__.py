"""What an official paper says and how it is laid out. Pure."""

from supervision.papers.rules.paper import Block, Heading, Paper, Para, TableBlock

__all__ = ["Block", "Heading", "Paper", "Para", "TableBlock"]
