"""Commands that read figures."""
