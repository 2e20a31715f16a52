"""What the Makefile, the tests and the benchmarks run beside the product."""
