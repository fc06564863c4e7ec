import sys

import pytest

from benchmarks.shops.live_shop import LiveShop
from benchmarks.shops.programs import ShopError


def test_a_program_is_ended_with_its_children_when_the_shop_closes(tmp_path):
    with LiveShop(tmp_path) as shop:
        program = shop.start("sleeper", [sys.executable, "-c", "print('up', flush=True); import time; time.sleep(600)"])
        program.wait_for(lambda: "up" in program.tail())
        assert program.is_running

    assert not program.is_running


def test_one_that_ends_by_itself_is_named_with_its_output(tmp_path):
    with LiveShop(tmp_path) as shop:
        program = shop.start("broken", [sys.executable, "-c", "raise SystemExit('no such thing')"])
        with pytest.raises(ShopError, match=r"(?s)broken ended by itself.*no such thing"):
            program.wait_for(lambda: False)


def test_the_environment_is_the_shops_own(tmp_path):
    environment = LiveShop(tmp_path, {"REDIS_URL": "redis://x"}).environment

    assert (environment["DATA_DIR"], environment["REDIS_URL"]) == (str(tmp_path / "data"), "redis://x")
