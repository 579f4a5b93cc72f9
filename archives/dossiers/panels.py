"""What a reader from outside finds on the home page: the dossiers that were opened to them."""

from __future__ import annotations

from django.http import HttpRequest

from archives.dossiers.queries.progress import dossiers_for
from chuangmo.access.models import Role
from chuangmo.access.queries import rights_for
from chuangmo.shell.panels import WAITING, Panel


def to_read(request: HttpRequest) -> Panel | None:
    """An assessor's dossiers, or the word that none is open yet; None for everybody else. One query."""
    rights = rights_for(request)
    if Role.ASSESSOR not in rights.roles:
        return None
    dossiers = dossiers_for(rights)
    return Panel(
        area=WAITING,
        title="开放给您的预评估资料",
        template="dossiers/_panel.html",
        context={"dossiers": dossiers},
        count=len(dossiers),
    )
