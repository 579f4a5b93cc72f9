"""Reading dossiers for pages."""
