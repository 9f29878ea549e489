"""EB-nnn -> what it means and what to do: one module per area, each with ENTRIES."""
