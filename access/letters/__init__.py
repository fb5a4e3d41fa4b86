"""The letters that carry the codes."""
