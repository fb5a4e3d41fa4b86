"""Figures, facts and refusals as French texts, and the closed lists of what they are called."""
