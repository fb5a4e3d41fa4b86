"""What is declared (definitions/, expectations/, a data folder) as checked dataclasses."""
