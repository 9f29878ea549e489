"""Requests and answers as they cross the wire, in the words of botocore's service models."""
