"""One file a right: what a grant lets its holder do beyond running its own version on its own subject."""
