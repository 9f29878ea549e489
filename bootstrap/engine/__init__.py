"""Queue, clock, states, results. Uses neither AWS nor SQL nor a terminal."""
