"""Floor 0: settings, paths, French formats, safe cells, atomic writes. Imports nothing of the project."""
