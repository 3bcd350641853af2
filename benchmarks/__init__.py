"""Figures of the product, each as a ratio to a peer within one run (README.md tells what and how)."""
