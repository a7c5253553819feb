"""How sure we are: answer paths, draws, percentiles, sensitivity, settlement."""
