"""What is owed: plain functions on numbers, arrays and formulas alike. NumPy only; no file, clock or randomness."""
