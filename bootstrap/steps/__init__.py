"""The steps that prepare an account: one file or folder per step."""
