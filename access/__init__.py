"""Floor 2: who someone is. Accounts, codes, sessions, throttling, journal (SQLite). Never imports warehouse."""
