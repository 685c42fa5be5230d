"""Tests of `assistant.sources.furniture`."""

import pytest

from assistant.sources.furniture import is_furniture, strip_asides


@pytest.mark.parametrize(
    "line",
    [
        "Spread the word:",
        "CATEGORIES: , ,",
        "Leave a Reply",
        "Leave a Reply Cancel reply",
        "Your email address will not be published. Required fields are marked *",
        "Required fields are marked *",
        "Share this article",
        "Facebook Twitter LinkedIn Email",
        "Click to share on X",
        "We use cookies to improve your experience on our site.",
        "Accept all cookies",
        "Subscribe to our newsletter",
        "Sign up for our free daily newsletter!",
        "Read more",
        "Continue reading \u2192",
        "Advertisement",
        "Skip to main content",
        "Home | About us | Contact us",
        "Home > News > Mining",
        "Privacy Policy",
        "Related Articles",
        "3 Comments",
        "\u00a9 2025 Example News. All rights reserved.",
        "5 min read",
        "Email *",
    ],
)
def test_furniture(line: str) -> None:
    assert is_furniture(line)
    assert is_furniture(f"  {line.upper()} ")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "China spread the word that exports would be cut.",
        "The share of light rare earths fell in 2024",
        "Share prices fell",
        "Leave a reply to the ministry within 30 days, the order says.",
        "Readers asked for more.",
        "Home prices rose",
        "Comments by the minister",
        "Cookies are small files",
        "Related work",
        "Categories of magnets: sintered, bonded and hot-pressed.",
        "Subscribers to the mailing list received the report on Monday",
        "X-ray diffraction",
        "Top producers of dysprosium",
        "The firm will register its offer. Its newsletter says so.",
    ],
)
def test_prose(line: str) -> None:
    assert not is_furniture(line)


def test_asides_about_links_go() -> None:
    assert strip_asides("Baotou Daily (opens in a new tab), May 30") == "Baotou Daily, May 30"
    assert strip_asides("A window (opens inward)") == "A window (opens inward)"
