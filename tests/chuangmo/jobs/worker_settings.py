"""Settings of the workers in the tests: the application's, and kinds of work of the tests'."""

from chuangmo.settings import *  # noqa: F403

JOB_KINDS = {
    "write": "tests.chuangmo.jobs.work.write_line",
    "count": "tests.chuangmo.jobs.work.count_up",
    "wait": "tests.chuangmo.jobs.work.wait_for_file",
}
