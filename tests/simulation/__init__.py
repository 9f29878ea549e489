"""Simulation testing: accounts with bad luck drawn from a seed, a crash, the same command again, and what must hold."""
