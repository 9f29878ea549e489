"""Sign-in of teams and staff."""
