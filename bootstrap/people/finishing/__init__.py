"""The finished state of a lab, written to the bucket of a team that has fallen behind: `labs.py` says of which labs."""
