"""A small company behind a real server, for what is measured through the door."""
