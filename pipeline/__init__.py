"""Floor 1: exports in, a build out. The only writer of builds."""
