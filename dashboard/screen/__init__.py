"""What every page is made of: tables, filters, places, notices."""
