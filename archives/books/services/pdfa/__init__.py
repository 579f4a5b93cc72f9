"""PDF/A-3b: a finished PDF made fit for keeping, with files attached; and what is wrong with one that says it is."""

from archives.books.services.pdfa.checking import pdfa_faults
from archives.books.services.pdfa.making import Enclosure, PdfaProblem, pdfa

__all__ = ["Enclosure", "PdfaProblem", "pdfa", "pdfa_faults"]
