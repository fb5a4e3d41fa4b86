"""A first format for an export never seen, from its headers and its cells."""
