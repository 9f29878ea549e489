"""An AWS for rehearsals: moto, and in front of it what moto lacks or makes too easy."""
