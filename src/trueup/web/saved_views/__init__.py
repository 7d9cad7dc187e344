"""Keeping, changing and deleting views of lists. A view is opened by its list: ``?view=12``."""
