"""The model as Word, Excel and PowerPoint files."""
