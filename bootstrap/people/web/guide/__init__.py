"""Guides of the labs as pages."""
