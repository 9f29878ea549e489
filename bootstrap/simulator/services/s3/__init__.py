"""S3: bucket owners and policies, listings, deletions, uploads."""
