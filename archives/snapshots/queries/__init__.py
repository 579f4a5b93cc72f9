"""Reading everything that a dossier says: functions of settings.DOSSIER_CHAPTERS, one module for each kind of chapter."""
