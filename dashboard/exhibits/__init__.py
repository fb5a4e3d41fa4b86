"""Exhibits on screen: charts, tables, origin, projection."""
