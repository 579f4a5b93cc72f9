"""Pure rules of the tasks."""
