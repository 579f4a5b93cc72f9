"""Pages under /dossiers/."""
