import json

import pytest

from benchmarks.serving.shop import DESCRIPTION_FILE, FORMAT, GeneratedShop
from benchmarks.shops.programs import ShopError


def test_a_kept_folder_is_used_only_for_the_same_shop(tmp_path):
    (tmp_path / DESCRIPTION_FILE).write_text(json.dumps({"format": FORMAT, "products": 5, "users": 5}))

    with pytest.raises(ShopError, match="another shop than the one asked for"):
        GeneratedShop(tmp_path, 6, 5).fill(lambda fraction, text: None)


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Ann")

    with pytest.raises(ShopError, match="neither empty nor a generated shop"):
        GeneratedShop(tmp_path, 6, 5).fill(lambda fraction, text: None)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
