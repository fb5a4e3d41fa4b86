"""Commands that serve and keep: dashboard, backup, restore."""
