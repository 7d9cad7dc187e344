"""The pages of findings: what is to be settled, what is over- and under-licensed, and what rests."""
