"""Scenarios: how AWS behaves, as YAML files and as the models that check them."""
