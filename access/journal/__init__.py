"""What was done, by which account, when."""
