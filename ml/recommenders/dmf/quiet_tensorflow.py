"""Import TensorFlow without its start-up notes, which go to file descriptor 2 before any of its log settings apply."""

from __future__ import annotations

from ml.recommenders.dmf.native_messages import native_messages_hidden

with native_messages_hidden():
    import tensorflow as tf

    tf.constant(0)  # the first operation writes a note of its own
    tf.config.experimental.enable_op_determinism()
