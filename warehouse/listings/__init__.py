"""Lists for who asks: campagnes, porteurs, actions, returns, territories, texts, funding."""
