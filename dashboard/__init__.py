"""Floor 4: the server, who may see what of it, and its pages. The only importer of streamlit and plotly."""
