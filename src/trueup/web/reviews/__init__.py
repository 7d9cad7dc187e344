"""Pages of reviews: the list, one review with its rows and decisions, what would be released, opening one."""
