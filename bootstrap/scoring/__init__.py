"""What a team has reached in its labs."""
