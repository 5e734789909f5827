"""The plan: what must move, from when, by when."""
