"""accounts.csv: read it, select accounts from it, exchange two of its rows."""
