"""How a file is read: text, numbers and names, each mistake with its line and what to write."""
