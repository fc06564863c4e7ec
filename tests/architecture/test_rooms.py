"""The rooms of shop and recommendations: how many, on which floors, with which arrows."""

import re

import pytest

from tests.architecture.layers import DOCUMENT, arrows, drawing, floors, rooms

MOST_ROOMS, MOST_ARROWS, MOST_FILES = 23, 75, 9
APPS = ("recommendations", "shop")


@pytest.mark.parametrize("app", APPS)
def test_the_document_draws_the_floors_of_the_import_contract(app):
    blocks = re.findall(rf"^```layers {app}\n.*?^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)

    assert blocks == [drawing(app)]


@pytest.mark.parametrize("app", APPS)
def test_every_room_has_its_floor(app):
    assert rooms(app) <= {room for floor in floors(app) for room in floor}


@pytest.mark.parametrize("app", APPS)
def test_no_arrow_runs_up(app):
    height = {room: -number for number, floor in enumerate(floors(app)) for room in floor}

    assert {(above, below) for above, below in arrows(app) if height[above] <= height[below]} == set()


def test_recommendations_has_few_rooms_and_arrows():
    assert len(rooms("recommendations")) <= MOST_ROOMS
    assert 20 < len(arrows("recommendations")) <= MOST_ARROWS


@pytest.mark.parametrize("app", APPS)
def test_an_app_opens_like_a_table_of_contents(app):
    assert len([room for room in rooms(app) if (DOCUMENT.parents[1] / app / f"{room}.py").exists()]) <= MOST_FILES
