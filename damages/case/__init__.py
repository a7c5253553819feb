"""What is known: a case file, its sources, and the statutes it rests on."""
