"""Answers laid out as each family of exports lays them: CSV, XLSX, ODS."""
