"""Pages where the Caf agent works."""
