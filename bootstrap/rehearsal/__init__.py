"""Start the simulated AWS, and make up teams for a rehearsal."""
