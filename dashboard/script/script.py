"""The one file that Streamlit runs."""

from dashboard.app import run

run()
