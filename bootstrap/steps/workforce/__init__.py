"""The step workforce: a private work team with the team's people in it."""
