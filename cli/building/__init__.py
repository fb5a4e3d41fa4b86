"""Commands that build, publish, adopt."""
