"""The ticket systems that are spoken to, one file each; a new one is one file and one line in ``speaking``."""
