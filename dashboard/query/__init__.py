"""The SQL page: editor, answer, saved queries, list of columns."""
