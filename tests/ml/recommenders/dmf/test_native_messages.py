import os

from ml.recommenders.dmf.native_messages import native_messages_hidden


def test_messages_to_the_descriptor_are_suppressed_inside_only(capfd):
    with native_messages_hidden():
        os.write(2, b"hidden")
    os.write(2, b"shown")

    assert capfd.readouterr().err == "shown"
