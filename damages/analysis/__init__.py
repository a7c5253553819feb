"""Uncertainty: answer paths, draws, percentiles, sensitivity, settlement."""
