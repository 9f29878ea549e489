"""Queue, clock, states, results; knows no AWS, no SQL, no terminal."""
