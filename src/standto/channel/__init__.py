"""The channel to the other side: notices due, incidents, and what follows when nobody answers."""
