"""Figures and facts as French sentences."""
