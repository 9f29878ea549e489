"""The step quotas: what is applied, requested, waited for, refused."""
