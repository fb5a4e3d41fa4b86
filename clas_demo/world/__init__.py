"""The made-up Loiret: porteurs, actions, what they answer."""
