"""Training jobs, their input data and algorithm, and warm pools."""
