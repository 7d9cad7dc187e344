"""The suitcase of Adobe: what product profiles hold and who is in them."""
