"""Colours that stay apart for every kind of colour vision, and the legend entries that name them.

The hues are those of Okabe and Ito, "Color Universal Design" (2008), in an order that keeps neighbours apart. Their
mid tones stand out on white and on near-black alike.

Layer: _draw. Imports its own room only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, final

import attrs

from deskcore.errors import InvalidValue

BLUE: Final = "#0072B2"
ORANGE: Final = "#E69F00"
GREEN: Final = "#009E73"
RED: Final = "#D55E00"
SKY: Final = "#56B4E9"
PURPLE: Final = "#CC79A7"
YELLOW: Final = "#E5D334"
GREY: Final = "#8E9399"
HUES: Final = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED, YELLOW, GREY)

_HEX: Final = re.compile(r"#[0-9A-Fa-f]{6}\Z")
_DARK_INK: Final = "#000000"
_LIGHT_INK: Final = "#FFFFFF"
# Where black and white text are equally readable on a fill (WCAG contrast of either about 4.6).
_MIDDLE: Final = 0.179
_LINEAR_UP_TO: Final = 0.03928


def _is_hex(_: object, field: attrs.Attribute[str], value: str) -> None:
    if not _HEX.match(value):
        raise InvalidValue(field.name, value, "must be a colour such as '#0072B2'")


@final
@attrs.frozen
class Key:
    """One kind of thing in a chart: its name in the data, its words in the legend, its colour.

    ``hatched`` draws stripes, for what must differ in black and white too.

    >>> Key("paused", "waiting for the requester", GREY, hatched=True).label
    'waiting for the requester'
    """

    kind: str
    label: str
    colour: str = attrs.field(default=BLUE, validator=_is_hex)
    hatched: bool = False


def keys_for(kinds: Iterable[str], given: Iterable[Key] = ()) -> tuple[Key, ...]:
    """A key for each kind: the given ones first and in their order, then the others in order of appearance.

    >>> [(key.kind, key.colour) for key in keys_for(["met", "breached", "met"], [Key("breached", "breached", RED)])]
    [('breached', '#D55E00'), ('met', '#0072B2')]
    """
    known = {key.kind: key for key in given}
    taken = {key.colour for key in known.values()}
    free = [hue for hue in HUES if hue not in taken] or list(HUES)
    new = [kind for kind in dict.fromkeys(kinds) if kind not in known]
    return (*known.values(), *(Key(kind, kind, free[place % len(free)]) for place, kind in enumerate(new)))


def ink_on(colour: str) -> str:
    """Black or white: whichever reads better on a fill (relative luminance of WCAG 2).

    >>> ink_on("#FFFFFF"), ink_on("#003366")
    ('#000000', '#FFFFFF')
    """
    return _DARK_INK if _luminance(colour) > _MIDDLE else _LIGHT_INK


def shade(share: float) -> str:
    """A step between pale and deep blue for a share from 0 to 1; the deeper, the more.

    >>> shade(0), shade(1)
    ('#E8F1F8', '#08306B')
    """
    low, high = (0xE8, 0xF1, 0xF8), (0x08, 0x30, 0x6B)
    held = min(1.0, max(0.0, share))
    return "#" + "".join(f"{round(a + (b - a) * held):02X}" for a, b in zip(low, high, strict=True))


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= _LINEAR_UP_TO else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
