"""The library against answers that are known."""
