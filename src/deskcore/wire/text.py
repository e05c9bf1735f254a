"""JSON text, strictly: no NaN, no lone surrogates on the way out, one typed error on the way in.

Not here: what the data means (``Converter``), and files.

Layer: wire.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Final, Literal, NoReturn, TypeAlias

import attrs

from deskcore.errors import DecodeError, InvalidValue, Problem

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
"""What JSON can say."""

JsonLibrary: TypeAlias = Literal["stdlib", "orjson"]
"""What turns plain data into text and back."""

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_ENCODE_ASCII: Final = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode


def encode(data: object) -> str:
    """Plain data as one line of JSON that any UTF-8 file can hold.

    Raises:
        InvalidValue: a number is infinite or not a number, which JSON cannot say.

    >>> encode({"name": "Zoë", "share": 0.5})
    '{"name":"Zoë","share":0.5}'
    """
    try:
        text = _ENCODE(data)
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidValue("value", type(data).__name__, f"must be something JSON can say: {error}") from None
    return text if text.isascii() or _fits_utf8(text) else _ENCODE_ASCII(data)


def _fits_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


@attrs.frozen
class Codec:
    """One way from plain data to JSON text and back."""

    encode: Callable[[object], str]
    decode: Callable[[str, str], object]


def codec(name: JsonLibrary) -> Codec:
    """The codec of a JSON library: the standard one, or orjson where it is installed.

    orjson is faster; a whole number of more than 64 bits it reads as a fraction.

    Raises:
        InvalidValue: there is no such codec, or its library is not installed.
    """
    if name == "stdlib":
        return Codec(encode, decode)
    if name != "orjson":
        raise InvalidValue("json", name, "must be 'stdlib' or 'orjson'")
    try:
        orjson = importlib.import_module("orjson")
    except ModuleNotFoundError:
        raise InvalidValue("json", name, "needs orjson installed: pip install deskcore[json]") from None
    return Codec(_orjson_encode(orjson.dumps), _orjson_decode(orjson.loads))


def _orjson_encode(dumps: Callable[[object], bytes]) -> Callable[[object], str]:
    def encode_fast(data: object) -> str:
        try:
            return dumps(data).decode()
        except TypeError:  # large whole numbers and lone surrogates, which the standard library can write
            return encode(data)

    return encode_fast


def _orjson_decode(loads: Callable[[str], object]) -> Callable[[str, str], object]:
    def decode_fast(text: str, noun: str) -> object:
        try:
            return loads(text)
        except (ValueError, TypeError):  # the standard library says better where, and reads what only it can
            return decode(text, noun)

    return decode_fast


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)
_DECODE: Final = _DECODER.decode


def decode(text: str, noun: str = "document") -> object:
    """The plain data in a JSON text.

    Raises:
        DecodeError: it is not JSON; the problem says where.

    >>> decode('{"name": }')
    Traceback (most recent call last):
    deskcore.errors.DecodeError: cannot read document: 1 problem
      line 1 column 10: is not JSON: Expecting value
    """
    try:
        return _DECODE(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise DecodeError(noun, (Problem(where, f"is not JSON: {error.msg}", "not_json"),)) from None
    except RecursionError:
        raise DecodeError(noun, (Problem("", "is nested too deeply", "too_deep"),)) from None
    except (ValueError, TypeError) as error:
        raise DecodeError(noun, (Problem("", f"is not JSON: {error}", "not_json"),)) from None


_BLANK: Final = " \t\n\r"


def member(text: str, wanted: str) -> str | None:
    """The text of one member of a JSON object, character for character; ``None`` when it has none of that name.

    The text must be a valid JSON object. Of a name given twice the last counts, as in ``decode``.

    >>> member('{"type": "x", "data": {"n": 1.50}}', "data")
    '{"n": 1.50}'
    """
    found: str | None = None
    position = text.index("{") + 1
    while True:
        position = _past(text, position, _BLANK + ",")
        if text[position] == "}":
            return found
        name, position = _DECODER.raw_decode(text, position)
        start = _past(text, position, _BLANK + ":")
        _, position = _DECODER.raw_decode(text, start)
        if name == wanted:
            found = text[start:position]


def _past(text: str, position: int, skipped: str) -> int:
    while text[position] in skipped:
        position += 1
    return position
