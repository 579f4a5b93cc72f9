"""Published standards as pure functions: rounding, number formats, air, water and noise.

No Django, no ORM, no clock: everything else in `indicators` may import from here, never the other way round.
"""
