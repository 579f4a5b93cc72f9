"""What was read of files: texts, search, near duplicates, previews."""
