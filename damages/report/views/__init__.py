"""One module a subject: its sentences, its tables and its charts side by side."""
