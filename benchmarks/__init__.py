"""Measures pages against floors in the same process and run; `python -m benchmarks` (`make bench`)."""
