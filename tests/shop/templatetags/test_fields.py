"""Inputs in the shop's style."""

import pytest
from django import forms

from shop.templatetags.fields import is_checkbox, styled


class EveryField(forms.Form):
    words = forms.CharField(help_text="Some words.")
    several = forms.ChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField()


@pytest.mark.parametrize(
    ("name", "css", "box"),
    [("words", "form-control", False), ("several", "form-select", False), ("agreed", "form-check-input", True)],
)
def test_classes(name, css, box):
    field = EveryField()[name]

    assert f'class="{css}"' in styled(field)
    assert is_checkbox(field) is box


def test_errors_are_marked_and_tied_to_their_words():
    field = EveryField({})["words"]

    html = styled(field)

    assert 'class="form-control is-invalid"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_words_helptext id_words_error"' in html


def test_what_was_typed_is_escaped():
    field = EveryField({"words": '"><script>alert(1)</script>'})["words"]

    assert "<script>" not in styled(field)
