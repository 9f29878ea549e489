"""What happens, put down by a thread of its own, and what earlier runs and commands left."""
