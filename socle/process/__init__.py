"""Child processes, and what the machine gives or refuses: limits, signals, memory, disk."""
