"""What a porteur or the public may see: hidden figures, and the audit of what is left."""
