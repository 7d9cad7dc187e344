"""Kinds of fields, one file each; ``register`` names them."""
