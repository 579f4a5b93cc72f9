"""Official papers: their numbers, and the files in the layout of GB/T 9704-2012."""

from supervision.papers.services.docx import paper_docx
from supervision.papers.services.naming import Letterhead, document_number, letterhead
from supervision.papers.services.numbers import take_number
from supervision.papers.services.pdf import paper_pdf

__all__ = ["Letterhead", "document_number", "letterhead", "paper_docx", "paper_pdf", "take_number"]
