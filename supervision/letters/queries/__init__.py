"""Reading letters: what a unit has to do, the list, one letter."""

from supervision.letters.queries.facts import facts_of, units_with_duties
from supervision.letters.queries.letters import LetterLine, basis_of, letter_lines

__all__ = ["LetterLine", "basis_of", "facts_of", "letter_lines", "units_with_duties"]
