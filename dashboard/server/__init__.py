"""The process that serves: configuration, start, upkeep, errors."""
