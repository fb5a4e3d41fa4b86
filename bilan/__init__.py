"""Floor 3: what a bilan or a synthèse says, as plain data, and the documents that render it."""
