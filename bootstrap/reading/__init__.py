"""Read what others wrote: bounded in bytes, depth and items, and every fault of a text an error that names it."""
