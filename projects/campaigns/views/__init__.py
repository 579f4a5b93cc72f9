"""Pages of the tasks."""
