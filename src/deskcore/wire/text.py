"""JSON text, strictly: no NaN, no lone surrogates on the way out, one typed error on the way in.

Not here: what the data means (``Converter``), and files.

Layer: wire.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any, Final, Literal, NoReturn, TypeAlias, get_args

import attrs

from deskcore.errors import DecodeError, InvalidValue, Problem

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
"""What JSON can say."""

JsonLibrary: TypeAlias = Literal["stdlib", "orjson", "msgspec"]
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
    """One way from plain data to JSON text and back.

    ``native`` takes instants as they are beside plain data, ``None`` where the library cannot; it refuses by
    ``ValueError`` or ``TypeError`` what only the standard library can write.
    """

    encode: Callable[[object], str]
    decode: Callable[[str, str], object]
    native: Callable[[object], str] | None = None


def codec(name: JsonLibrary) -> Codec:
    """The codec of a JSON library: the standard one, or a faster one where it is installed.

    orjson reads a whole number of more than 64 bits as a fraction; msgspec, as the standard library, keeps it whole.

    Raises:
        InvalidValue: there is no such codec, or its library is not installed.
    """
    if name == "stdlib":
        return Codec(encode, decode)
    if name not in get_args(JsonLibrary):
        raise InvalidValue("json", name, f"must be one of {', '.join(get_args(JsonLibrary))}")
    try:
        library = importlib.import_module("msgspec.json" if name == "msgspec" else name)
    except ModuleNotFoundError:
        raise InvalidValue("json", name, f"needs {name} installed: pip install deskcore[json]") from None
    native = _by_msgspec(library) if name == "msgspec" else _by_orjson(library)
    loads = library.decode if name == "msgspec" else library.loads
    return Codec(_or_stdlib(native), _decoder(loads), native)


def _by_orjson(library: Any) -> Callable[[object], str]:
    dumps, utc = library.dumps, library.OPT_UTC_Z
    return lambda data: dumps(data, None, utc).decode()


def _by_msgspec(library: Any) -> Callable[[object], str]:
    dumps = library.Encoder().encode
    return lambda data: dumps(data).decode()


def _or_stdlib(native: Callable[[object], str]) -> Callable[[object], str]:
    def encode_fast(data: object) -> str:
        try:
            return native(data)
        except (TypeError, ValueError, OverflowError):  # what the standard library can write: long numbers, surrogates
            return encode(data)

    return encode_fast


def _decoder(loads: Callable[[str], object]) -> Callable[[str, str], object]:
    def decode_fast(text: str, noun: str) -> object:
        try:
            return loads(text)
        except (ValueError, TypeError, RecursionError):  # the standard library says better where, and reads more
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
