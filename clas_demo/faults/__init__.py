"""The faults planted in the files, and the list of them that a test recounts."""
