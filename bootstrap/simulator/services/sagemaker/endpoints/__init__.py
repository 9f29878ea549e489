"""Models, endpoint configurations, endpoints, and what hangs on an endpoint."""
