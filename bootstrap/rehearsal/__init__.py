"""Starts the simulated AWS, invents teams."""
