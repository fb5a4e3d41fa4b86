"""Commands that write documents."""
