"""What a batch of readings says: parameters, headers, texts, and what is wrong with them. Pure."""
