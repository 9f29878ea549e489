"""The step smoke: one training job proves data, role and instance type."""
