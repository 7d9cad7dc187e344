"""Keys of licences: sealing, revealing, and which seat has which. Their text is in the vault and nowhere else."""
