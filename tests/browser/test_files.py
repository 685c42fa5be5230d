import re

from assistant.api.pages import STATIC


def test_the_page_loads_every_module_at_once_and_nothing_from_elsewhere() -> None:
    page = (STATIC / "index.html").read_text("utf-8")
    preloaded = set(re.findall(r'modulepreload" href="/static/js/(\w+\.js)"', page))
    assert preloaded == {path.name for path in STATIC.glob("js/*.js")} - {"early.js", "main.js"}
    linked = re.findall(r'(?:href|src)="([^"#]+)"', page)
    assert all((STATIC / one.removeprefix("/static/")).is_file() for one in linked if one.startswith("/static/"))
    assert {one for one in linked if not one.startswith("/static/")} == set()
    assert "style=" not in page
    assert set(re.findall(r"<script[^>]*>(.*?)</script>", page)) == {""}


def test_no_text_is_ever_made_markup() -> None:
    for path in STATIC.glob("js/*.js"):
        unsafe = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text("utf-8")
        )
        assert unsafe == [], path.name
