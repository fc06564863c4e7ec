"""Toys & Games: for rainy Sundays and small hands."""

from shop.demo.tables.structure import Department, Group, Model, ProductType, Style

GAMES = Group(
    "Puzzles & Games",
    "For a table and two to six people.",
    (
        ProductType(
            "puzzle",
            (
                Model("Landscape Puzzle, 500 Pieces", 24, "A 500-piece puzzle of hills under a pale sun."),
                Model("Pattern Puzzle, 300 Pieces", 22, "A 300-piece puzzle of dots that is harder than it looks."),
            ),
            ("puzzle", "jigsaw", "family", "game"),
            "The board is recycled and the fit is tight.",
            goes_with=("board_game",),
        ),
        ProductType(
            "board_game",
            (
                Model(
                    "Round Trip Board Game", 36, "A dice game for two to four players that ends within half an hour."
                ),
                Model("Travel Draughts", 29, "A draughts board with magnetic pieces, for train tables."),
            ),
            ("board game", "game", "family", "dice"),
            "For ages six and up.",
            goes_with=("puzzle",),
        ),
    ),
)

WOODEN = Group(
    "Wooden Toys",
    "Beech, lime and water-based colour.",
    (
        ProductType(
            "blocks",
            (
                Model("Building Blocks", 39, "Thirty-two building blocks with an arch, a roof and a ball."),
                Model("Castle Blocks", 46, "Forty blocks for a castle with two round towers."),
            ),
            ("blocks", "building", "wooden toy", "toddler"),
            "For ages one and up; the paint is safe to chew.",
            goes_with=("train", "bear"),
        ),
        ProductType(
            "train",
            (
                Model("Wooden Engine", 32, "A push-along engine with big wheels and a proud chimney."),
                Model("Train & Wagon", 44, "An engine and a wagon that carries three blocks."),
            ),
            ("train", "engine", "wooden toy", "toddler"),
            "For ages one and up; the paint is safe to chew.",
            goes_with=("blocks",),
        ),
    ),
)

SOFT_TOYS = Group(
    "Soft Toys",
    "To be hugged and dragged about.",
    (
        ProductType(
            "bear",
            (
                Model("Scarf Bear", 34, "A 32 cm bear with a knitted scarf and a firm seat."),
                Model("Long-Eared Rabbit", 34, "A 36 cm rabbit whose ears are made for holding."),
            ),
            ("soft toy", "plush", "bear", "rabbit", "cuddly"),
            "From birth; machine-washable at 30 °C.",
            goes_with=("blocks",),
        ),
    ),
)

TOYS = Department(
    "Toys & Games",
    "For rainy Sundays and small hands.",
    {Style.NATURAL: "Little Wren", Style.MINIMAL: "Tiny Fjord", Style.BOLD: "Hullabaloo Works"},
    (GAMES, WOODEN, SOFT_TOYS),
)
