import subprocess
import sys

import pytest

from ml.rating.base import RatingModelError
from ml.rating.registry import rating_model, rating_model_names


def test_the_named_models_are_there():
    assert {"bias_only", "biased_mf", "dot_sigmoid", "dmf_regressor", "hybrid_content"} <= set(rating_model_names())
    assert "dmf_regressor:tuned" in rating_model_names(presets=True)
    assert "dmf_regressor:tuned" not in rating_model_names()


def test_a_preset_changes_settings_and_a_change_beats_both():
    assert rating_model("bias_only").settings() == {"user_shrinkage": 5.0, "item_shrinkage": 10.0}
    assert rating_model("bias_only:tuned", item_shrinkage=3.0).settings() == {
        "user_shrinkage": None,
        "item_shrinkage": 3.0,
    }


@pytest.mark.parametrize("label", ["none", "bias_only:none", "bias_only:", ""])
def test_unknown_names_are_refused(label):
    with pytest.raises(RatingModelError, match=f"no rating model is called '{label}'; there are bias_only, "):
        rating_model(label)


def test_an_unknown_setting_is_refused():
    with pytest.raises(RatingModelError, match="bias_only has no setting 'depth'"):
        rating_model("bias_only", depth=3)


def test_names_and_fitted_models_load_no_heavy_package():
    script = (
        "import sys, ml.rating.registry, ml.rating_prediction\n"
        "print([name for name in ('tensorflow', 'keras', 'sklearn', 'pandas') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=180)

    assert result.stdout.strip() == "[]"
