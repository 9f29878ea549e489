"""EventBridge: rules, event patterns, delivery."""
