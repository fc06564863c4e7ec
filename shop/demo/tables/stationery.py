"""Stationery & Art: paper, pens, paint."""

from shop.demo.tables.structure import Department, Group, Model, ProductType, Style

WRITING = Group(
    "Notebooks & Pens",
    "For lists, letters and thoughts.",
    (
        ProductType(
            "notebook",
            (
                Model("A5 Bound Notebook", 22, "A thread-bound A5 notebook with 192 dotted pages and a ribbon."),
                Model("Spiral Notebook", 16, "A spiral notebook that lies flat, with 160 lined pages."),
            ),
            ("notebook", "journal", "paper", "writing"),
            "The 100 g paper takes fountain pen ink without bleeding.",
            goes_with=("pen", "pencils"),
        ),
        ProductType(
            "pencils",
            (
                Model("Pencil Cup Set", 34, "Seven pencils in a ceramic cup, from HB to 4B."),
                Model("Six Coloured Pencils", 18, "Six soft coloured pencils in shades that go together."),
            ),
            ("pencil", "pencils", "drawing", "writing"),
            "The wood is cedar and sharpens cleanly.",
            goes_with=("notebook",),
        ),
        ProductType(
            "pen",
            (
                Model("Fountain Pen", 64, "A fountain pen with a steel nib in F or M and a screw cap."),
                Model("Fountain Pen & Ink", 82, "A fountain pen with a 50 ml bottle of ink to match."),
            ),
            ("pen", "fountain pen", "ink", "writing"),
            "It takes cartridges as well as the enclosed converter.",
            goes_with=("notebook",),
        ),
    ),
)

PAINTING = Group(
    "Painting",
    "For wet paper and free afternoons.",
    (
        ProductType(
            "brushes",
            (
                Model("Brush Trio", 26, "Two round brushes and a flat one in springy synthetic hair."),
                Model("Wash Brush Set", 32, "Three brushes that hold a lot of water for broad washes."),
            ),
            ("brush", "brushes", "painting", "watercolour", "art"),
            "Rinse them in cold water and dry them lying down.",
            goes_with=("paints",),
        ),
        ProductType(
            "paints",
            (
                Model("Watercolour Tin", 38, "Eight half pans of watercolour in a tin with a mixing lid."),
                Model("Gouache & Palette", 46, "A palette, a brush and seven tubes of opaque gouache."),
            ),
            ("paint", "paints", "watercolour", "gouache", "art"),
            "The pigments are lightfast.",
            goes_with=("brushes", "notebook"),
        ),
    ),
)

STATIONERY = Department(
    "Stationery & Art",
    "Paper, pens and paint.",
    {Style.NATURAL: "Thistle & Quill", Style.MINIMAL: "Linje Nord", Style.BOLD: "Inkbloom"},
    (WRITING, PAINTING),
)
