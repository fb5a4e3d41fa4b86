"""What must survive: backup, restore, health of a data folder."""
