"""A head from above and from the side, and where the points of the 10-20 system lie on it.

Positions follow the proportions of the system: 10 % steps 10, 20, 20, 20, 20, 10 along nasion to inion, ear to ear and
the circumference. From above the scalp is laid flat, so that a distance from Cz along the scalp is a distance on paper.
"""

import math
from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from content.drawing.canvas import Canvas, DrawingError, Point

RIM = 0.8  # the ring of Fpz, T7, Oz, T8: 40 of 50 % of the way from Cz
RING = {"Fpz": 0, "Fp2": 18, "F8": 54, "T8": 90, "P8": 126, "O2": 162, "Oz": 180}


def _sites() -> dict[str, Point]:
    """Return x to the patient's right and y to the front, with 1 at nasion, inion and the points before the ears."""
    found = {
        name: (RIM * math.sin(math.radians(turn)), RIM * math.cos(math.radians(turn))) for name, turn in RING.items()
    }
    found |= {"Fz": (0.0, 0.4), "Cz": (0.0, 0.0), "Pz": (0.0, -0.4), "C4": (0.4, 0.0)}
    for name, middle, side in (("F4", "Fz", "F8"), ("P4", "Pz", "P8")):
        (x1, y1), (x2, y2) = found[middle], found[side]
        found[name] = ((x1 + x2) / 2, (y1 + y2) / 2)
    found |= {"nasion": (0.0, 1.0), "inion": (0.0, -1.0), "right tragus": (1.0, 0.0), "left tragus": (-1.0, 0.0)}
    mirrored = {"Fp2": "Fp1", "F8": "F7", "T8": "T7", "P8": "P7", "O2": "O1", "C4": "C3", "F4": "F3", "P4": "P3"}
    return found | {left: (-found[right][0], found[right][1]) for right, left in mirrored.items()}


SITES = _sites()


class Place(BaseModel):
    """A point on the scalp: a site, and centimetres from it to the front and to the patient's left."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: str
    front: float = 0.0
    left: float = 0.0


class HeadFromAbove(BaseModel):
    """Where a head lies on the sheet and how large it is, on the sheet and in centimetres along the scalp."""

    model_config = ConfigDict(frozen=True)

    centre: tuple[float, float]
    half_width: float
    half_length: float
    nasion_inion_cm: Annotated[float, Field(gt=20, lt=60)] = 36.0
    tragus_tragus_cm: Annotated[float, Field(gt=20, lt=60)] = 36.0

    def point(self, place: str | Place) -> Point:
        """Return where a place lies on the sheet. Raises `DrawingError` for a site that is not known."""
        place = place if isinstance(place, Place) else Place(site=place)
        if place.site not in SITES:
            raise DrawingError(f"`{place.site}` is not a known site; known are {', '.join(SITES)}")
        x, y = SITES[place.site]
        across = x * self.half_width - place.left * self.half_width / (self.tragus_tragus_cm / 2)
        along = y * self.half_length + place.front * self.half_length / (self.nasion_inion_cm / 2)
        return self.centre[0] + across, self.centre[1] - along

    def draw(self, canvas: Canvas) -> None:
        """Draw outline, nose and ears; the nose is at the top."""
        x, y = self.centre
        width, length = self.half_width, self.half_length
        for classes in ("dc soft", "ink"):
            canvas.element("ellipse", classes, cx=x, cy=y, rx=width, ry=length)
        bridge = 0.135 * width
        canvas.path("ink", [(x - bridge, y - 0.99 * length), (x, y - 1.13 * length), (x + bridge, y - 0.99 * length)])
        for side in (-1, 1):
            ear = [(0.995, -0.14), (1.09, -0.17), (1.12, -0.02), (1.08, 0.14), (0.99, 0.18)]
            canvas.path("ink", [(x + side * across * width, y + down * length) for across, down in ear])


# The scalp from nasion over the vertex to the inion, as four Bézier curves; the face belongs to the same drawing.
SCALP = (
    ((184.0, 236.0), (173.0, 228.0), (172.0, 218.0), (175.0, 202.0)),
    ((175.0, 202.0), (180.0, 126.0), (240.0, 70.0), (334.0, 70.0)),
    ((334.0, 70.0), (422.0, 70.0), (480.0, 134.0), (479.0, 208.0)),
    ((479.0, 208.0), (478.0, 244.0), (478.0, 266.0), (466.0, 284.0)),
)
PROFILE = (
    "M262 458C260 432 258 420 250 410C230 416 204 412 192 398C182 386 186 372 180 362C171 357 170 350 177 344"
    "C168 339 169 332 178 328C174 322 176 316 178 311C166 312 152 306 155 295C160 280 180 260 184 236"
    "C173 228 172 218 175 202C180 126 240 70 334 70C422 70 480 134 479 208C478 244 478 266 466 284"
    "C456 306 438 320 434 352C430 384 432 422 438 458"
)


def scalp_points(parts: int = 200) -> list[Point]:
    """Return points close together along the scalp, from nasion to inion."""
    found = [SCALP[0][0]]
    for a, b, c, d in SCALP:
        for step in range(1, parts + 1):
            t = step / parts
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            found.append(
                (
                    sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
                    sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
                )
            )
    return found


def along_scalp(share: float) -> tuple[Point, Point]:
    """Return the point at a share (0 to 1) of the way from nasion to inion, and the direction off the head."""
    points = scalp_points()
    wanted = share * sum(math.dist(a, b) for a, b in pairwise(points))
    for start, end in pairwise(points):
        length = math.dist(start, end)
        if wanted <= length:
            part = wanted / length
            at = (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))
            return at, ((end[1] - start[1]) / length, -(end[0] - start[0]) / length)
        wanted -= length
    start, end = points[-2:]
    length = math.dist(start, end)
    return end, ((end[1] - start[1]) / length, -(end[0] - start[0]) / length)
