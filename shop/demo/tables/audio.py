"""Audio: headphones, speakers, vinyl and radio."""

from shop.demo.tables.structure import Department, Group, Model, ProductType, Style

HEADPHONES = Group(
    "Headphones",
    "Music for one.",
    (
        ProductType(
            "headphones",
            (
                Model("Over-Ear Headphones", 179, "Closed over-ear headphones with 35 hours of battery."),
                Model("Studio Headphones", 219, "Wireless headphones with a neutral sound and swappable ear pads."),
            ),
            ("headphones", "over-ear", "wireless", "bluetooth", "music"),
            "They fold flat and charge over USB-C.",
            goes_with=("turntable", "earbuds"),
        ),
        ProductType(
            "earbuds",
            (
                Model("Stem Earbuds", 119, "Wireless earbuds with a short stem and a light, secure fit."),
                Model("Pebble Earbuds", 99, "Wireless earbuds so small that you forget them, with a pocket case."),
            ),
            ("earbuds", "in-ear", "wireless", "bluetooth", "earphones"),
            "The case holds three more charges.",
            goes_with=("portable_speaker",),
        ),
    ),
)

SPEAKERS = Group(
    "Speakers",
    "Music for the room, and for the garden.",
    (
        ProductType(
            "speaker",
            (
                Model("Bookshelf Speaker", 249, "A two-way speaker with a 13 cm woofer and a soft-dome tweeter."),
                Model("Compact Stereo Pair", 289, "Two active speakers for desk or shelf, with a phono input."),
            ),
            ("speaker", "bookshelf", "stereo", "hi-fi", "music"),
            "Speaker cable is in the box.",
            goes_with=("turntable",),
        ),
        ProductType(
            "portable_speaker",
            (
                Model("Roam Speaker", 89, "A splash-proof speaker with a loop to hang it by and 14 hours of play."),
                Model("Carry Speaker", 129, "A portable speaker with a handle and enough bass for a picnic."),
            ),
            ("speaker", "portable", "bluetooth", "wireless", "picnic"),
            "Two of them pair to stereo.",
            goes_with=("earbuds", "lantern"),
        ),
    ),
)

VINYL = Group(
    "Vinyl & Radio",
    "Records, and voices from far away.",
    (
        ProductType(
            "turntable",
            (
                Model("Belt-Drive Turntable", 329, "A belt-drive turntable with a fitted cartridge and a phono stage."),
                Model("Direct Turntable", 389, "A direct-drive turntable that is up to speed within a second."),
            ),
            ("turntable", "record player", "vinyl", "hi-fi"),
            "A felt mat and a dust cover are in the box.",
            goes_with=("speaker", "headphones"),
        ),
        ProductType(
            "radio",
            (
                Model("Table Radio", 139, "An FM and DAB+ radio with a big dial and a warm full-range speaker."),
                Model("Kitchen Radio", 99, "An upright FM radio with one knob and no menu at all."),
            ),
            ("radio", "dab", "fm", "kitchen"),
            "It runs on mains or four AA batteries.",
            goes_with=("portable_speaker",),
        ),
    ),
)

AUDIO = Department(
    "Audio",
    "Good sound at home and on the way.",
    {Style.NATURAL: "Wrenfield Audio", Style.MINIMAL: "Halvorsund", Style.BOLD: "Zestwave"},
    (HEADPHONES, SPEAKERS, VINYL),
)
