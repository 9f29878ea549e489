"""Notebook instances and their lifecycle scripts."""
