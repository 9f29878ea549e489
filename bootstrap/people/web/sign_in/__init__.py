"""Who may open which pages."""
