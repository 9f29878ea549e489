"""accounts.csv: read, selected from, and two of its rows exchanged."""
