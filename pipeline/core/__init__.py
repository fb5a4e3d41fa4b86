"""Staged rows of all files as the clean tables: loaded, joined, attributed to a porteur."""
