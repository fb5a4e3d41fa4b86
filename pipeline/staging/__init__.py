"""A text table as typed rows on disk, one file at a time, in children that may die."""
