"""The venue in real time: `make day`. Two servers behind a proxy, PostgreSQL, and everybody who labels at once."""
