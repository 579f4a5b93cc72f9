"""Every change of a job: asked for, begun, told on, ended, cancelled, tried again, taken over.

Other parts import from here alone: `enqueue`, `enqueue_many`, `cancel`, `Retry`, `Run`, and in tests `run_due`.
"""

from chuangmo.jobs.services.queueing import cancel, enqueue, enqueue_many
from chuangmo.jobs.services.running import Retry, Run, Stopped, run_due, run_job

__all__ = ["Retry", "Run", "Stopped", "cancel", "enqueue", "enqueue_many", "run_due", "run_job"]
