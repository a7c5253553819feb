"""Account records counted: files of millions of rows, within bounds."""
