"""The pages of jobs: what was asked for, how far it is, what became of each row."""
