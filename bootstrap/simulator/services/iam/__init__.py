"""IAM: roles, managed policies, trust policies."""
