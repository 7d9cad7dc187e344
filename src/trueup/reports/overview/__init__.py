"""What the first page shows, one file a tile: what is owned, what waits, what it costs, what could be saved, how sure it is.

Everything is scoped to the actor, and an amount is only there for companies whose prices the actor may see.
"""
