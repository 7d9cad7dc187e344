"""Pick-lists: people and devices by a part of their name, for fields and for the pages that assign units."""
