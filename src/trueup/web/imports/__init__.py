"""The pages that bring licences in from files: file, match columns, check rows, result with undo."""
