"""The suitcase of Tactical RMM: agents and the software on them."""
