"""*Charger un fichier*, one file a step: choose, recognise, try, compare, publish; then the history."""
