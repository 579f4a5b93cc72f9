"""The dossier's figures as an Excel workbook whose ratios, sums and verdicts are live formulas over its input sheets."""

from archives.books.services.workbook.book import WorkbookProblem, workbook

__all__ = ["WorkbookProblem", "workbook"]
