"""What an agent prepares on screen before it counts: deposits, corrections, texts, formats."""
