"""One file a kind of thing that an account is given."""
