"""One operator at a time in an account."""
