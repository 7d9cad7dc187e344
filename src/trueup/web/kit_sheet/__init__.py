"""The component sheet: every part of the kit with its states, for whoever makes a page or a plugin."""
