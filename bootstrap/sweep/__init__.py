"""What teams leave behind: one loop over the table of kinds, and the little that is not data."""
