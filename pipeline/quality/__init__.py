"""What must hold of the rows: rules, run by Great Expectations, and the anomalies they write."""
