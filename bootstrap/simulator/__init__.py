"""A simulated AWS for rehearsals: moto, plus the operations and refusals that moto does not have."""
