"""Answer paths × draws: what a case comes to at base values and when its amounts are drawn."""
