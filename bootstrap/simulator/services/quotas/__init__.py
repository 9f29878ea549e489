"""Service Quotas: the catalogue, and requests for more."""
