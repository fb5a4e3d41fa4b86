"""What stands before Streamlit: who is let through, what is answered to the others."""
