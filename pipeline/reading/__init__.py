"""Files as received: which there are, the text tables they hold, which export each is."""
