"""The body of each command, and how a run is put together."""
