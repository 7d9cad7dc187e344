"""DOOR for time and queues: what is done in the background, and when."""
