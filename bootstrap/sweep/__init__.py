"""Remove what teams leave behind: a loop that lists, stops and deletes by the table of kinds, and its steps."""
