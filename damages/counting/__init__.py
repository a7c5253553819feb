"""How people are counted: cohorts, samples, overlapping lists, several methods side by side."""
