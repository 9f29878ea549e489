"""Prepares, watches over and cleans the AWS accounts of a SageMaker competition day."""
