"""Parameter names of USD attributes: `driver:parameters:aov:name` is `xn__driverparametersaovname_jebkd` in
Houdini.

That is punycode (RFC 3492, section 6) over another alphabet: letters, digits and underscores stand for
themselves, everything else is encoded from code point 1 on, and `_` is the delimiter. Found by decoding the
27 encoded names of the catalogue (interfaces of Houdini 20.0.653 and the names of 21.0.631); a test encodes
each of them again.
"""

from __future__ import annotations

import re

PREFIX = "xn__"
BASE, T_MIN, T_MAX, SKEW, DAMP, FIRST_BIAS = 36, 1, 26, 38, 700, 72
FIRST_CODE = 1
DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789"


def encode_parm(name: str) -> str:
    """The parm name of an attribute; a name that is valid already stays as it is."""
    if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        return name
    basic = [letter for letter in name if re.fullmatch(r"\w", letter, re.ASCII)]
    code, delta, bias, handled, first = FIRST_CODE, 0, FIRST_BIAS, len(basic), True
    tail = ""
    while handled < len(name):
        lowest = min(ord(letter) for letter in name if _is_coded(letter) and ord(letter) >= code)
        delta += (lowest - code) * (handled + 1)
        code = lowest
        for letter in name:
            if not _is_coded(letter) or ord(letter) < code:
                delta += 1
            elif ord(letter) == code:
                tail += _digits(delta, bias)
                bias = _adapted(delta, handled + 1, first)
                delta, handled, first = 0, handled + 1, False
        delta += 1
        code += 1
    return f"{PREFIX}{''.join(basic)}_{tail}"


def decode_parm(parm: str) -> str:
    """The attribute's name; a parm that isn't encoded stays as it is. Raises ValueError for a broken one."""
    if not parm.startswith(PREFIX):
        return parm
    basic, _, tail = parm[len(PREFIX) :].rpartition("_")
    letters, code, index, bias, rest = list(basic), FIRST_CODE, 0, FIRST_BIAS, list(tail)
    while rest:
        before, weight, step = index, 1, BASE
        while True:
            digit = DIGITS.index(rest.pop(0))
            index += digit * weight
            threshold = _threshold(step, bias)
            if digit < threshold:
                break
            weight *= BASE - threshold
            step += BASE
        bias = _adapted(index - before, len(letters) + 1, before == 0)
        code += index // (len(letters) + 1)
        index %= len(letters) + 1
        letters.insert(index, chr(code))
        index += 1
    return "".join(letters)


def _is_coded(letter: str) -> bool:
    return re.fullmatch(r"\w", letter, re.ASCII) is None


def _threshold(step: int, bias: int) -> int:
    return min(max(step - bias, T_MIN), T_MAX)


def _digits(number: int, bias: int) -> str:
    """One number in digits of varying base, as RFC 3492 has it."""
    found, step = "", BASE
    while True:
        threshold = _threshold(step, bias)
        if number < threshold:
            return found + DIGITS[number]
        found += DIGITS[threshold + (number - threshold) % (BASE - threshold)]
        number = (number - threshold) // (BASE - threshold)
        step += BASE


def _adapted(delta: int, points: int, first: bool) -> int:
    delta = delta // DAMP if first else delta // 2
    delta += delta // points
    steps = 0
    while delta > ((BASE - T_MIN) * T_MAX) // 2:
        delta //= BASE - T_MIN
        steps += BASE
    return steps + (BASE - T_MIN + 1) * delta // (delta + SKEW)
