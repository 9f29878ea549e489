"""Read in real accounts what a rehearsal otherwise assumes. Reads only."""
