"""Pages of the key projects."""
