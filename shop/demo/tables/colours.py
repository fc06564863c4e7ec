"""Named colours, by style. Each brings the second colour and the wall it is shown with."""

from dataclasses import dataclass

from shop.demo.illustrations.colours import RGB, rgb
from shop.demo.tables.structure import Style


@dataclass(frozen=True)
class Colour:
    """`name` as in titles; `words`: how a description speaks of it."""

    name: str
    main: RGB
    accent: RGB
    wall: RGB
    words: str


def _colour(name: str, main: str, accent: str, wall: str, words: str) -> Colour:
    return Colour(name, rgb(main), rgb(accent), rgb(wall), words)


COLOURS: dict[Style, tuple[Colour, ...]] = {
    Style.NATURAL: (
        _colour("Moss", "6F7B4B", "E9DFC9", "EBDDC4", "a deep green"),
        _colour("Clay", "B9694A", "F1DFC6", "EEDDCB", "a warm, earthy red"),
        _colour("Oat", "E6D8BE", "9C6B45", "BDC1A5", "a soft cream"),
        _colour("Walnut", "74503B", "DDAF72", "E8D6BD", "a dark, woody brown"),
        _colour("Honey", "D99E4C", "7A5238", "DDE0CB", "a golden yellow"),
        _colour("Sage", "9DAE88", "F6EEDD", "F0E2D2", "a muted grey-green"),
    ),
    Style.MINIMAL: (
        _colour("Chalk", "F3F0EA", "C9B79C", "B6C3CA", "an off-white"),
        _colour("Charcoal", "42464B", "D8D2C6", "DADBD8", "a near black"),
        _colour("Fog", "AEB9BF", "5C6A73", "E9E3DA", "a pale blue-grey"),
        _colour("Sand", "D6C2A2", "6B5D4D", "C6CED1", "a light beige"),
        _colour("Midnight", "33415E", "E2CCA5", "D3DBE1", "a dark blue"),
        _colour("Dusk", "8C7F98", "F0E9E4", "E5DFE3", "a greyed violet"),
    ),
    Style.BOLD: (
        _colour("Coral", "EC6A55", "F9DDB6", "BFDEDA", "a lively pink-orange"),
        _colour("Mustard", "E6AE38", "2F6070", "CECBEA", "a strong yellow"),
        _colour("Cobalt", "3560C4", "F6C453", "FBDABB", "a bright blue"),
        _colour("Teal", "1F8C86", "F6B48F", "FAD8CA", "a rich blue-green"),
        _colour("Plum", "83406F", "F2A79B", "F5DFA3", "a dark, juicy purple"),
        _colour("Poppy", "D93D3A", "F8E3C0", "CBE0F0", "a clear red"),
    ),
}

# Chopping boards are of wood; only the bold brand paints them.
BOARDS: dict[Style, tuple[Colour, ...]] = {
    Style.NATURAL: (
        _colour("Oak", "C99B60", "E9DFC9", "DDE0CB", "a light, even wood"),
        _colour("Walnut", "7E563C", "DDAF72", "EBDDC4", "a dark, figured wood"),
        _colour("Cherry", "AD6743", "F1DFC6", "E6E0CC", "a reddish wood"),
        _colour("Olive Wood", "B98F58", "6B5137", "EEDDCB", "a lively wood"),
    ),
    Style.MINIMAL: (
        _colour("Ash", "DFCBA8", "6B5D4D", "BFC9CE", "a pale wood"),
        _colour("Ebony", "443A35", "D8D2C6", "DADBD8", "oak that is stained black"),
        _colour("Maple", "E6D0AB", "6B5D4D", "AEBBC2", "a blond wood"),
        _colour("Smoked Oak", "6A5545", "E2CCA5", "D3DBE1", "oak darkened with smoke"),
    ),
    Style.BOLD: COLOURS[Style.BOLD],
}

PALETTES: dict[str, dict[Style, tuple[Colour, ...]]] = {"": COLOURS, "boards": BOARDS}
