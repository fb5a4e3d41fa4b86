"""Accounts: who someone is, and the code that opens an account."""
