"""The event's files for the venue's host: published by the organiser to a bucket, taken from there by `serve`."""
