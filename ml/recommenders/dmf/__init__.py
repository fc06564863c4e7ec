"""Deep Matrix Factorization. Importing this package does not load TensorFlow; fitting does."""

import os

# TensorFlow writes start-up notes to stderr unless told otherwise before it is imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
