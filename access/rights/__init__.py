"""What is kept of a person: given to them, erased once its time is over."""
