"""The step quotas: which quotas are applied, requested, waited for or refused."""
