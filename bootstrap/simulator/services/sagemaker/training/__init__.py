"""Training jobs: their input data, their algorithm, their course; warm pools."""
