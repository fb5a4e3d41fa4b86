"""What commands say: figures, differences, help, colours."""
