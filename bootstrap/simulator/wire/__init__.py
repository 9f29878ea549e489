"""Parses requests and serializes answers, according to botocore's service models."""
