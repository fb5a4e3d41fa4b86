"""The parts of a bilan, exhibits and sentences together."""
