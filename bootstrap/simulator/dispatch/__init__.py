"""Decides who may call an operation, and whether our own code or moto answers it."""
