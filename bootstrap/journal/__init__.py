"""The journal: records of runs, events and actions, written by its own thread; leases; team codes."""
