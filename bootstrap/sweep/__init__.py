"""Delete what teams leave behind: the loop that lists, stops and deletes resources of each kind, and its steps."""
