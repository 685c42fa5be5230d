"""The curve of a calibration as a picture: SVG of figures and fixed words alone."""

from assistant.evaluation.calibration import Curve

_WIDTH, _HEIGHT = 480, 320
_LEFT, _TOP, _RIGHT, _BOTTOM = 48, 12, 12, 44
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def curve_svg(curve: Curve) -> str:
    """Return the risk over the coverage, both from 0 to 1, with the chosen point; colours come from the page."""
    line = " ".join(f"{_x(point.coverage)},{_y(point.risk)}" for point in reversed(curve.points))
    chosen = curve.chosen
    words = f"Threshold {chosen.threshold:.4f}: coverage {chosen.coverage:.1%}, risk {chosen.risk:.1%}"
    ticks = "".join(
        f'<text x="{_x(at)}" y="{_HEIGHT - 26}" text-anchor="middle">{at:.0%}</text>'
        f'<text x="{_LEFT - 6}" y="{_y(at)}" dy=".35em" text-anchor="end">{at:.0%}</text>'
        for at in _TICKS
    )
    frame = f'<path class="axis" d="M{_x(0)},{_y(1)}V{_y(0)}H{_x(1)}"/>'
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{words}">{frame}{ticks}'
        f'<polyline class="line" points="{line}"/>'
        f'<circle class="chosen" cx="{_x(chosen.coverage)}" cy="{_y(chosen.risk)}" r="5"/>'
        f'<text x="{_x(0.5)}" y="{_HEIGHT - 6}" text-anchor="middle">coverage: answerable questions answered</text>'
        f'<text x="{_LEFT + 8}" y="{_TOP + 12}">risk: unanswerable questions answered</text></svg>'
    )


def _x(share: float) -> str:
    return f"{_LEFT + share * (_WIDTH - _LEFT - _RIGHT):.1f}"


def _y(share: float) -> str:
    return f"{_TOP + (1 - share) * (_HEIGHT - _TOP - _BOTTOM):.1f}"
