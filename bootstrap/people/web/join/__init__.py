"""The pages of one team, at /join/TEAM."""
