"""Figures for who asks: values, history, detail, one porteur beside the others."""
