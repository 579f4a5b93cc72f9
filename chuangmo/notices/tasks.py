"""Background work of the notices (settings.JOB_KINDS)."""

from __future__ import annotations

from typing import Any

from chuangmo.jobs.services import Run
from chuangmo.notices.services.delivery import deliver_channel, sweep_outbox
from chuangmo.notices.services.digests import make_digests
from chuangmo.notices.services.thinning import thin_outbox


def deliver(run: Run, *, channel_id: int) -> dict[str, Any]:
    """Send what a channel has; a channel that is gone or rests has nothing."""
    return deliver_channel(channel_id=channel_id, check=run.check).as_dict()


def sweep(run: Run) -> dict[str, Any]:
    """The daily mails of those whose hour has come, and channels with something that waits."""
    made = make_digests()
    run.check()
    return {"digests": made, "channels": sweep_outbox()}


def thin(run: Run) -> dict[str, Any]:
    """Empty messages that were sent long ago."""
    return {"emptied": thin_outbox(check=run.check)}
