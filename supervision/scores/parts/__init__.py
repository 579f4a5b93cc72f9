"""The parts of the score that lie on or below this floor (settings.SCORE_PARTS). One room for each."""
