"""What a feature is worth: choice surveys, demand and supply, price regressions."""
