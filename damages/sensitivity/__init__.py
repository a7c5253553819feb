"""What moves a figure: one input at a time, all together, and what each answer is worth."""
