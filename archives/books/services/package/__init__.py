"""The package 资料包: one ZIP of dossier, workbook and evidence that reads from a disc and proves itself."""

from archives.books.services.package.contents import Document, Evidence, PackageProblem
from archives.books.services.package.packing import Progress, package

__all__ = ["Document", "Evidence", "PackageProblem", "Progress", "package"]
