"""What is published for the venue's host, and taken there."""
