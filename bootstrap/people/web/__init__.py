"""The pages of `event-bootstrap serve`; loaded by that command alone."""
