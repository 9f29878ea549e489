"""The only way to AWS: sessions, write permit, rates, identity, errors."""
