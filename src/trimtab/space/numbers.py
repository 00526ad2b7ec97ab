"""The arithmetic of values: powers, quantiles and multiples that come out alike on every machine.

Results that went through ``exp``, a power or the normal quantile are rounded to 12 significant
digits: C libraries differ in the last bits, and the same sweep has to propose the same trials on
every machine. Multiples of ``q`` are exact decimals (3 * 0.1 is 0.3), and whole numbers (``int``)
when ``q`` is an ``int``.
"""

from __future__ import annotations

import math
import sys
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from statistics import NormalDist


def between(low: int | float, high: int | float, u: float) -> float:
    # The convex form cannot overflow; the bounds may still be missed by a bit.
    return float(min(max(low * (1.0 - u) + high * u, low), high))


def normal(mu: float, sigma: float, u: float) -> float:
    # The quantiles of 0 and 1 are infinite.
    return finite(mu + sigma * NormalDist().inv_cdf(min(max(u, 2.0**-53), 1.0 - 2.0**-53)))


def power(base: float, exponent: float) -> float:
    try:
        return math.exp(exponent) if base == math.e else math.pow(base, exponent)
    except OverflowError:
        return sys.float_info.max


def span(base: float, low: float, high: float) -> tuple[float, float]:
    # A base below 1 turns the exponents round.
    ends = rounded(power(base, low)), rounded(power(base, high))
    return min(ends), max(ends)


def finite(number: float) -> float:
    return min(max(number, -sys.float_info.max), sys.float_info.max)


def rounded(number: float) -> float:
    return float(f"{number:.12g}")


def counts(low: float, high: float, q: int | float) -> tuple[int, int]:
    """The lowest and the highest number of times ``q`` that lies inside finite bounds."""
    step = Decimal(str(q))
    lowest = (Decimal(str(low)) / step).to_integral_value(ROUND_CEILING)
    highest = (Decimal(str(high)) / step).to_integral_value(ROUND_FLOOR)
    return int(lowest), int(highest)


def multiple(
    number: float, q: int | float, low: float = -math.inf, high: float = math.inf
) -> int | float:
    """The multiple of ``q`` nearest to ``number`` inside the bounds; outside if none is inside."""
    step = Decimal(str(q))
    count = (Decimal(rounded(number)) / step).to_integral_value(ROUND_HALF_EVEN)
    lowest = (Decimal(str(low)) / step).to_integral_value(ROUND_CEILING)
    highest = (Decimal(str(high)) / step).to_integral_value(ROUND_FLOOR)
    if lowest <= highest:
        count = min(max(count, lowest), highest)
    return int(count) * q if isinstance(q, int) else finite(float(count * step))
