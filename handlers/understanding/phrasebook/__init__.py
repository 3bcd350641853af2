"""The phrases people use, by what they are about: each with examples and counter-examples, which are tests."""
