"""The door for people: pages rendered on the server. Translates, decides nothing, never touches the ORM."""
