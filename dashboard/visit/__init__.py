"""Who is looking, at which page, with which figures."""
