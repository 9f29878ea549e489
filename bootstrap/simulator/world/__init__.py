"""The state of the simulated AWS: clock, accounts, keys, and scheduled changes."""
