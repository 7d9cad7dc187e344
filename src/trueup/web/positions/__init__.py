"""The pages of the position: the register by state, and one position explained bar by bar and rule by rule."""
