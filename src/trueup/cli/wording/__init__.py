"""What `trueup words` does: finds the sentences of the code, keeps the translators' files and holds them against it."""
