"""What a reader sees: the page, the documents, the exports."""
