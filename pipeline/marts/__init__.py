"""The tables of figures: indicators, quartiles, wide tables, comments."""
