"""The steps stack:NAME: CloudFormation stacks, by change set."""
