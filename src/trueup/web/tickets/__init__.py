"""Pages of tickets: the list, one with what was said of it, and a company's desk."""
