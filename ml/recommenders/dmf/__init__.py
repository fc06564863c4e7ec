"""Deep Matrix Factorization. Importing this package does not load TensorFlow; fitting does."""
