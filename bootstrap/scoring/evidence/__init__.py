"""What is in a team's account, and whether it is what a lab wants: reads, and rules that judge what was read."""
