"""Floor 2: a published build, read for who asks: figures, lists, SQL, where a figure comes from. Writes none."""
