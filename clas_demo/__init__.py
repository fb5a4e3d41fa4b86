"""Floor 2: the fictitious data, made from a seed. The product runs without it."""
