"""The reference pages of the documentation, made from the code they describe: one file a kind of page."""
