"""`hou.Vector2` and `hou.Color`, as far as node positions and colours need them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


class Vector2:
    def __init__(self, values: Sequence[float] = (0.0, 0.0)) -> None:
        if len(values) != 2:
            raise TypeError("hou.Vector2 takes two numbers")
        self._values = [float(value) for value in values]

    def x(self) -> float:
        return self._values[0]

    def y(self) -> float:
        return self._values[1]

    def __getitem__(self, index: int) -> float:
        return self._values[index]

    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Iterator[float]:
        return iter(self._values)

    def __add__(self, other: Sequence[float]) -> Vector2:
        return Vector2((self[0] + other[0], self[1] + other[1]))

    def __sub__(self, other: Sequence[float]) -> Vector2:
        return Vector2((self[0] - other[0], self[1] - other[1]))

    def __mul__(self, factor: float) -> Vector2:
        return Vector2((self[0] * factor, self[1] * factor))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vector2) and other._values == self._values

    def __hash__(self) -> int:
        return hash(tuple(self._values))

    def __repr__(self) -> str:
        return f"<hou.Vector2 [{self[0]:g}, {self[1]:g}]>"


class Color:
    def __init__(self, *values: float | Sequence[float]) -> None:
        told = values[0] if len(values) == 1 and isinstance(values[0], Sequence) else values
        if len(told) not in (0, 3):
            raise TypeError("hou.Color takes three numbers")
        self._values = tuple(float(value) for value in told) or (1.0, 1.0, 1.0)  # type: ignore[arg-type]

    def rgb(self) -> tuple[float, ...]:
        return self._values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Color) and other._values == self._values

    def __hash__(self) -> int:
        return hash(self._values)

    def __repr__(self) -> str:
        return f"<hou.Color r={self._values[0]:g}, g={self._values[1]:g}, b={self._values[2]:g}>"
