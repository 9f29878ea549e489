"""The labelling page of one team."""
