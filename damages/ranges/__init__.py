"""How an input may vary: laws, shapes, fits, quantile tables, correlation, Sobol' points."""
