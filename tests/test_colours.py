"""The house's colours as the colour-blind see them: what colour tells apart, what a mark tells."""

from itertools import combinations

import numpy as np
import pytest
from house import VIEWS, at_start
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from utils.style import COLOURS

# Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color
# Vision Deficiency" (doi 10.1109/TVCG.2009.113), severity 1.0; for linear RGB. Each row sums to 1.
VISIONS = {
    "full": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# Linear sRGB to XYZ, divided by the white of D65.
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
# In CIEDE2000, where about 1 can just be seen side by side, and lines and dots need far more.
APART = 15.0  # colour is enough
LEAST = 8.0  # colour helps, and the mark has to tell
# Marks that two roles of a panel share although their colours are nearer than APART. All lie on or
# beside a line of their own role that differs in dashes, and that the legend names.
SHARED = {
    "SpeedExplorer": {("relu", "wrong")},  # the dot at the end of a line
    "SignalExplorer": {("relu", "wrong"), ("prelu", "relu")},  # the wide band under a line
}


def linear(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colour, vision="full"):
    """CIE L*a*b* of `colour` as it looks to a reader with this `vision`."""
    seen = np.clip(np.array(VISIONS[vision]) @ linear(colour), 0, 1)
    xyz = (TO_XYZ @ seen) / TO_XYZ.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one, other):
    """The distance of two L*a*b* colours (Sharma, Wu and Dalal 2005)."""
    lights, a, b = np.transpose([one, other])
    c7 = np.hypot(a, b).mean() ** 7
    a = a * (1.5 - 0.5 * np.sqrt(c7 / (c7 + 25.0**7)))
    chroma, hue = np.hypot(a, b), np.arctan2(b, a) % (2 * np.pi)
    turn = (hue[1] - hue[0] + np.pi) % (2 * np.pi) - np.pi if chroma.all() else 0.0
    middle = hue[0] + turn / 2 if chroma.all() else hue.sum()
    light, mean = lights.mean() - 50, chroma.mean()
    t = 1 - 0.17 * np.cos(middle - np.pi / 6) + 0.24 * np.cos(2 * middle)
    t += 0.32 * np.cos(3 * middle + np.pi / 30) - 0.2 * np.cos(4 * middle - np.radians(63))
    d_light = np.diff(lights)[0] / (1 + 0.015 * light**2 / np.sqrt(20 + light**2))
    d_chroma = np.diff(chroma)[0] / (1 + 0.045 * mean)
    d_hue = 2 * np.sqrt(chroma.prod()) * np.sin(turn / 2) / (1 + 0.015 * mean * t)
    blue = np.exp(-(((np.degrees(middle) % 360 - 275) / 25) ** 2))
    twist = -2 * np.sqrt(mean**7 / (mean**7 + 25.0**7)) * np.sin(np.radians(60) * blue)
    return float(np.sqrt(d_light**2 + d_chroma**2 + d_hue**2 + twist * d_chroma * d_hue))


def distance(one, other, vision):
    return ciede2000(lab(COLOURS[one], vision), lab(COLOURS[other], vision))


def nearest(pair):
    """How near two roles come in the vision that tells them apart worst."""
    return min(distance(*pair, vision) for vision in VISIONS)


WEAK = [pair for pair in combinations(sorted(COLOURS), 2) if nearest(pair) < APART]


def marks(ax):
    """How each role is drawn on an axes: {role: {(dashes, marker, hollow, wide)}}."""
    roles, found = {to_rgb(colour): role for role, colour in COLOURS.items()}, {}
    for line in ax.findobj(Line2D):
        if role := roles.get(to_rgb(line.get_color())):
            hollow = line.get_markerfacecolor() in ("white", "none")
            look = line.get_linestyle(), line.get_marker(), hollow, line.get_linewidth() >= 3
            found.setdefault(role, set()).add(look)
    return found


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_that_of_the_papers_table(one, other, wanted):
    assert ciede2000(one, other) == pytest.approx(wanted, abs=5e-5)


@pytest.mark.parametrize("vision", VISIONS)
def test_a_vision_leaves_white_and_black_as_they_are(vision):
    np.testing.assert_allclose(lab("white", vision), [100, 0, 0], atol=0.01)
    np.testing.assert_allclose(lab("black", vision), [0, 0, 0], atol=0.01)


def test_no_two_roles_look_the_same_to_anybody():
    assert min(nearest(pair) for pair in combinations(COLOURS, 2)) > LEAST


def test_which_pairs_lean_on_their_marks():
    """The truth about the palette: full vision tells all apart, the colour-blind most."""
    assert min(distance(*pair, "full") for pair in combinations(COLOURS, 2)) > 20
    assert sorted(WEAK) == [
        *(("data", "prelu"), ("data", "wrong"), ("leaky", "true"), ("leaky", "wrong")),
        *(("prelu", "relu"), ("prelu", "theory"), ("relu", "wrong"), ("theory", "wrong")),
        ("true", "wrong"),
    ]


@pytest.mark.parametrize("make", VIEWS)
def test_where_colour_is_weak_dashes_or_markers_tell(make):
    panels = [marks(ax) for ax in at_start(make).canvas.figure.axes]
    shared = {
        pair
        for pair in WEAK
        for panel in panels
        if panel.get(pair[0], set()) & panel.get(pair[1], set())
    }
    assert shared == SHARED.get(make.__name__, set())


@pytest.mark.parametrize("role", COLOURS)
def test_every_colour_stands_out_from_white(role):
    luminance = (TO_XYZ @ linear(COLOURS[role]))[1]
    # WCAG asks for 3 of graphics: orange (2.25) and sky blue (2.31) stay below, as Okabe-Ito has it
    assert 1.05 / (luminance + 0.05) > 2.2
