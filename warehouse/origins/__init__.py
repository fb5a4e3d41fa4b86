"""Where a figure comes from: its definition, its rows, its files."""
