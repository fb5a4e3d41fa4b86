"""The SQL files of a build, and what runs them: macros, and one table a file."""
