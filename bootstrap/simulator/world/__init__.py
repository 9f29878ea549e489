"""The state of the simulated AWS: clock, accounts, keys, what is due."""
