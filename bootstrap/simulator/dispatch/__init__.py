"""Checks who may call an operation, then answers it with our own code or with moto."""
