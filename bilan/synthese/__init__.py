"""The synthèse of one porteur, and the fiches of actions."""
