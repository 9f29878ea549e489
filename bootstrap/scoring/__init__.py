"""Results of a team in its labs."""
