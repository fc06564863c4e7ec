"""Deep Matrix Factorization. Importing this package does not load TensorFlow; fitting does."""

import os

# TensorFlow reads it when it is imported: errors only.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
