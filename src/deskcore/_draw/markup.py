"""Elements of SVG and HTML: escaped, frozen, printed by ``str()``.

Not here: what an element means (``svg``, ``html``) or what it shows (``charts``).

Layer: _draw. Imports errors only.
"""

from __future__ import annotations

import math
import re
from typing import Final, final

import attrs

from deskcore.errors import InvalidValue

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9:-]*\Z")
# Not allowed in XML 1.0 even when escaped; a subject line pasted from a terminal does hold them.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# An empty `<td/>` or `<div/>` swallows what follows in HTML, so only these close themselves.
_CHILDLESS: Final = frozenset(
    {"br", "hr", "img", "link", "meta", "col", "circle", "line", "path", "polygon", "polyline", "rect", "use"}
)

Value = str | float | None


def escape(text: str) -> str:
    """``text`` as it may stand between tags or inside a double-quoted attribute.

    Characters that no XML document may hold become U+FFFD.

    >>> escape('<b> & "x"')
    '&lt;b&gt; &amp; &quot;x&quot;'
    """
    clean = _FORBIDDEN.sub("\ufffd", text)
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def number(value: float) -> str:
    """A coordinate: at most two decimals, no trailing zeros, no minus zero, no exponent.

    >>> number(3.0), number(-0.001), number(12.345)
    ('3', '0', '12.35')

    Raises:
        InvalidValue: the value is not finite.
    """
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):
        raise InvalidValue("coordinate", value, "must be finite")
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@final
@attrs.frozen
class Element:
    """One element and all it holds; ``str()`` writes it out.

    Build it with ``element``, which takes attributes as keywords.

    >>> print(element("p", "1 < 2", class_="note"))
    <p class="note">1 &lt; 2</p>
    """

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Element | str, ...] = ()

    def __str__(self) -> str:
        parts: list[str] = []
        self._write(parts)
        return "".join(parts)

    def _write(self, parts: list[str]) -> None:
        parts.append(f"<{self.tag}")
        parts.extend(f' {name}="{escape(value)}"' for name, value in self.attributes)
        if not self.children and self.tag in _CHILDLESS:
            parts.append("/>")
            return
        parts.append(">")
        for child in self.children:
            if isinstance(child, Element):
                child._write(parts)  # noqa: SLF001 - its own class
            else:
                # Quotes may stay as they are between tags, which keeps style sheets as written.
                parts.append(escape(child).replace("&quot;", '"'))
        parts.append(f"</{self.tag}>")


def element(tag: str, /, *children: Element | str | None, **attributes: Value) -> Element:
    """Build an element. ``None`` children and attributes are left out; numbers are written by ``number``.

    An underscore in an attribute's name stands for a hyphen, and one at its end frees a Python keyword.

    >>> print(element("line", x1=0, x2=1.5, stroke_width=2, class_="grid", id=None))
    <line x1="0" x2="1.5" stroke-width="2" class="grid"/>

    Raises:
        InvalidValue: the tag or an attribute has a name that markup does not allow.
    """
    written = tuple(
        (name.rstrip("_").replace("_", "-"), value if isinstance(value, str) else number(value))
        for name, value in attributes.items()
        if value is not None
    )
    for name in (tag, *(name for name, _ in written)):
        if not _NAME.match(name):
            raise InvalidValue("markup name", name, "must be a letter, then letters, digits, hyphens or colons")
    return Element(tag, written, tuple(child for child in children if child is not None))
