"""What a query may say: statements, names, cautions, errors in French, questions that are ready."""
