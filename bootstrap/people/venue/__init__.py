"""What the venue's host reads of an event: published by the organiser to a bucket, taken from there by `serve`."""
