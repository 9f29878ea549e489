"""EB-nnn -> what it means; one module an area, each with ENTRIES."""
