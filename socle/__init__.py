"""Floor 0: settings, paths, refusals, the manifest, French formats, safe cells. Imports nothing of the project."""
