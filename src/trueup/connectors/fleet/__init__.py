"""The suitcase of Fleet: hosts, what is on them, and when it was opened last."""
