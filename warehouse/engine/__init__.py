"""Where a query runs: a child process that the kernel confines, its limits and its answers."""
