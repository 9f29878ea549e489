"""Application Auto Scaling: targets, policies, target tracking."""
