"""The model as PDF, through Typst."""
