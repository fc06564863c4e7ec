from benchmarks.tables.markdown import Column, Section, markdown

SECTION = Section(
    "Fruit",
    "python -m fruit",
    (Column("place", "place", None), Column("name", "name", None)),
    {
        "Taste:": (Column("taste", "taste", 2, best="high"), Column("gain", "gain", 1, interval="gain_in", sign=True)),
        "Cost:": (Column("cost", "cost", 0, best="low"), Column("seller", "seller", None)),
    },
)


def test_tables_of_the_same_rows():
    rows = [
        {"place": "a", "name": "fig", "taste": 0.456, "gain": 1, "gain_in": [-0.5, 2], "cost": 12345, "seller": "x|y"},
        {"place": "a", "name": "nut", "taste": 0.1, "gain": None, "cost": 12345.4},
        {"place": "b", "name": "fig", "taste": 0.0},
    ]

    assert markdown(SECTION, rows) == (
        "Taste:\n\n"
        "| place | name | taste | gain |\n"
        "| --- | --- | ---: | ---: |\n"
        "| a | fig | **0.46** | +1.0 [-0.5, +2.0] |\n"
        "| a | nut | 0.10 | - |\n"
        "| b | fig | 0.00 | - |\n\n"
        "Cost:\n\n"
        "| place | name | cost | seller |\n"
        "| --- | --- | ---: | --- |\n"
        "| a | fig | **12,345** | x\\|y |\n"
        "| a | nut | 12,345 | - |"
    )


def test_a_failed_row_says_why_in_the_first_table():
    rows = [{"place": "a", "name": "fig", "taste": None, "cost": None, "error": "too\nsour | <b>"}]

    assert markdown(SECTION, rows).splitlines()[-1] == "| a | fig | not measured: too sour \\| &lt;b> |"
    assert "Cost" not in markdown(SECTION, rows)


def test_nothing_gives_nothing():
    assert markdown(SECTION, []) == ""
    assert SECTION.identity({"place": "a", "name": 3}) == ("a", "3")
