"""Reading scores, for pages, exports and other parts. One room for each idea."""
