"""The AWS services, one folder or file each: operations and refusals that moto does not have."""
