"""Tests of `assistant.evaluation.curve`."""

from xml.etree import ElementTree

from assistant.evaluation.calibration import Sample, calibrate
from assistant.evaluation.curve import curve_svg

CURVE = calibrate([Sample(0.9, True, True), Sample(0.6, False, False), Sample(0.4, True, False)])


def test_the_points_go_from_nothing_answered_to_all() -> None:
    picture = ElementTree.fromstring(curve_svg(CURVE))
    line = picture.find("polyline")
    assert line is not None
    points = [tuple(map(float, point.split(","))) for point in (line.get("points") or "").split()]
    assert len(points) == len(CURVE.points) == 4
    assert points[0] == (48.0, 276.0)
    assert points[-1] == (468.0, 12.0)
    assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_the_chosen_point_is_marked_and_named() -> None:
    picture = ElementTree.fromstring(curve_svg(CURVE))
    dot = picture.find("circle")
    assert dot is not None
    assert (dot.get("cx"), dot.get("cy")) == ("258.0", "276.0")
    assert picture.get("aria-label") == "Threshold 0.7500: coverage 50.0%, risk 0.0%"
