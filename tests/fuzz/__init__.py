"""A fuzzer that knows what a case file is made of: `make fuzz ARGS="--mutants 50000 --seed 1"`."""
