"""Import of TensorFlow without its start-up messages, which precede its log settings."""

from __future__ import annotations

from ml.recommenders.dmf.native_messages import native_messages_hidden

with native_messages_hidden():
    import tensorflow as tf

    tf.constant(0)  # the first operation also writes a message
    tf.config.experimental.enable_op_determinism()
