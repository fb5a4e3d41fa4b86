"""Figures of the warehouse as exhibits: title, table, chart, states."""
