"""Pages and answers of reporting: the list, filling in, files."""
