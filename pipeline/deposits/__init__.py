"""What was left through the screens and what was accepted of it: uploads, loads, and when they are erased."""
