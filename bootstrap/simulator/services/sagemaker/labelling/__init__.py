"""Labelling jobs, and the workforces and work teams that do them."""
