"""What to do: settle or go on."""
