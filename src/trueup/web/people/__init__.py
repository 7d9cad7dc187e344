"""The pages of people: list, one person with what they hold, adding, changing, leaving."""
