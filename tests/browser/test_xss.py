"""No text becomes a script, a request or markup: some of the payloads here, all of them with `python -m bench.xss`."""

from pathlib import Path
from typing import TYPE_CHECKING

from .xss import Attack, payloads, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_EVERY = 56


def test_there_are_payloads_of_every_kind() -> None:
    every = payloads()
    assert len(set(every)) == len(every) >= 200
    assert all("{NL}" not in one and "(N)" not in one for one in every)


def test_no_payload_runs_or_loads_anything(browser: "Browser", tmp_path: Path) -> None:
    some = payloads()[::_EVERY]
    with serving(tmp_path, some) as url:
        attack = Attack(browser, url, some)
        try:
            assert attack.noticed("<img src=x onerror=canary(1)>")
            assert not attack.noticed("<p>canary(1)</p>")
            outcome = attack.run()
        finally:
            attack.close()
    assert outcome.found == []
    assert outcome.pages >= 2 * len(some) + 8
