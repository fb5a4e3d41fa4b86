"""Pages that show a year."""
