"""What teams and staff open: handouts, labelling, web pages, links to consoles."""
