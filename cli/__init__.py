"""Floor 5: the `clas` command, one file a group of commands."""
