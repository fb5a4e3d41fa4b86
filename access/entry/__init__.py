"""Coming in: codes checked, attempts throttled, sessions, forms."""
