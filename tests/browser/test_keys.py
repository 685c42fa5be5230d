from .conftest import Open
from .reading import Reader, expect

TRIBUTARIES = "What are the three largest tributaries of the Danube?"


def test_everything_from_the_question_to_the_source_by_keyboard(reader: Reader) -> None:
    page, press = reader.page, reader.page.keyboard.press
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    page.keyboard.type(TRIBUTARIES)
    press("Enter")
    expect(page.locator(".tools")).to_be_visible()
    press("/")
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("/")
    press("Backspace")

    page.evaluate("document.activeElement.blur()")
    press("j")
    press("j")
    assert reader.focused == "Source 2: The river Danube"
    expect(page.get_by_role("tooltip")).to_contain_text("the Sava, which joins it at Belgrade;")
    press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    press("Enter")
    assert reader.highlighted == "the Sava, which joins it at Belgrade;"
    press("ArrowRight")
    assert reader.highlighted == "the Drava, which joins it near Osijek."
    press("k")
    press("k")
    assert reader.highlighted == "the Tisza, which joins it in Serbia;"
    press("Escape")
    expect(reader.panel).to_be_hidden()
    assert reader.focused == "Source 2: The river Danube"

    press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("next quote")
    press("Escape")
    expect(dialog).to_have_count(0)
    press("f")
    expect(page.get_by_role("dialog")).to_be_visible()
    press("Escape")
    press("b")
    expect(page.get_by_role("navigation")).to_be_hidden()
    press("s")
    expect(page.get_by_role("searchbox", name="Search conversations")).to_be_focused()
    page.evaluate("document.querySelector('.turn').classList.add('former')")
    press("Tab")
    press("Enter")
    expect(page.locator(".turn.former")).to_have_count(0)
    expect(page.locator(".tools")).to_be_visible()
    press("e")
    expect(page.locator(".turn textarea")).to_be_focused()
    press("Escape")
    press("n")
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    page.wait_for_url("**/")


def test_keys_of_one_character_can_be_switched_off(reader: Reader) -> None:
    page = reader.page
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Keys of a single character work outside text boxes").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("?")
    expect(page.get_by_role("navigation")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_theme_follows_the_system_and_a_choice_is_kept(opened: Open) -> None:
    reader = opened(color_scheme="dark")
    page = reader.page
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    theme = page.get_by_role("button", name="Theme")
    theme.click()
    expect(theme).to_have_text("Theme: Light")
    light = page.evaluate(ground)
    assert light == "rgb(255, 255, 255)" != dark
    page.reload()
    assert page.evaluate(ground) == light
    theme.click()
    expect(theme).to_have_text("Theme: Dark")
    assert page.evaluate(ground) == dark
    theme.click()
    assert page.evaluate("localStorage.getItem('assistant.theme')") is None


def test_on_a_narrow_screen_the_source_covers_the_page_and_goes_with_a_step_back(opened: Open) -> None:
    reader = opened(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page = reader.page
    expect(page.get_by_role("navigation")).to_be_hidden()
    turn = reader.ask(TRIBUTARIES)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    turn.locator(".statements .marker").first.tap()
    assert reader.highlighted == "the Tisza, which joins it in Serbia;"
    expect(page.get_by_role("dialog", name="Source")).to_be_visible()
    assert page.locator("#main").get_attribute("inert") is not None
    page.go_back()
    expect(reader.panel).to_be_hidden()
    expect(page.locator(".turn")).to_have_count(1)

    page.get_by_role("button", name="Sidebar").click()
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Bridges of Budapest").click()
    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(reader.panel).to_contain_text("The Chain Bridge opened in 1849")
    reader.panel.get_by_role("button", name="Close the source").click()
    expect(page.get_by_role("button", name="Sidebar")).to_be_focused()
