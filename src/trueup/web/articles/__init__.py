"""The pages of articles: their list, one article as it reads, and writing one."""
