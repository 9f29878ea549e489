"""One team, played through the labs in a simulated AWS by what the labs' guides tell it to run."""
