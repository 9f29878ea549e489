"""Cars as solids, and what stands around them: the pictures of builtin:cars are drawn from these."""
