"""Models, endpoint configurations, endpoints, inference components, monitoring schedules."""
