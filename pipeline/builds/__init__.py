"""Builds as wholes: their manifest, lock, publication, differences and adoption."""
