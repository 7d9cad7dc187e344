"""Pages of documents: attaching, replacing and removing them, saving one, and the archive for an audit."""
