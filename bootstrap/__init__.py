"""Prepares the AWS accounts of a SageMaker competition day, and proves each one ready."""
