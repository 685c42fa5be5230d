"""Tests of `assistant.language`."""

from pathlib import Path

import pytest
import yaml

from assistant.language import LANGUAGES, language_of

from .material import run_python

_PAIRS = Path(__file__).parent / "qa"
_QUESTIONS = {
    "German": [
        "Wann fand der Gipfel statt?",
        "Wer hat den Gipfel in Baotou ausgerichtet?",
        "Was sind die fünf Direktiven?",
        "Wie hoch ist die Förderquote für seltene Erden?",
        "Welche Firmen nahmen am Treffen teil?",
        "Warum verlor der Westen seine Raffinerien?",
        "Wer ist Chen Bo?",
    ],
    "French": [
        "Quand le sommet a-t-il eu lieu ?",
        "Qui a organisé le sommet de Baotou ?",
        "Quelles sont les cinq directives ?",
        "Combien coûte le dysprosium ?",
        "Pourquoi la Chine limite-t-elle ses exportations ?",
        "Que dit le plan quinquennal sur les terres rares ?",
        "Qui est Chen Bo ?",
    ],
    "Spanish": [
        "¿Cuándo se celebró la cumbre?",
        "¿Quién organizó la cumbre de Baotou?",
        "¿Cuáles son las cinco directivas?",
        "¿Cuánto cuesta el disprosio?",
        "¿Por qué China limita sus exportaciones?",
        "¿Qué dice el plan quinquenal sobre las tierras raras?",
        "¿Quién es Chen Bo?",
    ],
    "Chinese": [
        "峰会是什么时候举行的?",
        "谁主办了这次峰会？",
        "五项指令是什么？",
        "稀土配额是多少？",
        "中国为什么限制出口？",
        "包钢集团有多少员工？",
        "Baogang 的峰会在哪里举行？",
    ],
    "Japanese": [
        "サミットはいつ開催されましたか？",
        "誰がサミットを主催しましたか？",
        "五つの指令とは何ですか？",
        "ジスプロシウムの価格はいくらですか？",
        "中国はなぜ輸出を制限するのか？",
        "Baogangの社長は誰ですか？",
    ],
    "Russian": [
        "Когда состоялся саммит?",
        "Кто организовал саммит в Баотоу?",
        "Какие пять директив были приняты?",
        "Сколько стоит диспрозий?",
        "Почему Китай ограничивает экспорт?",
        "Кто такой Чэнь Бо?",
    ],
}


def test_english_questions_full_of_names_are_english() -> None:
    files = [path for path in sorted(_PAIRS.rglob("*.yaml")) if path.name != "thresholds.yaml"]
    questions = [pair["question"] for path in files for pair in yaml.safe_load(path.read_text("utf-8"))]
    assert len(questions) > 400
    other = [question for question in questions if language_of(question, "English") != "English"]
    assert len(other) <= 0.01 * len(questions), other


def test_questions_in_other_languages_are_told() -> None:
    pairs = [(question, language) for language, some in _QUESTIONS.items() for question in some]
    wrong = [(question, language) for question, language in pairs if language_of(question, "English") != language]
    assert len(pairs) == 40
    assert len(wrong) <= 4, wrong


@pytest.mark.parametrize("text", ["", "2025?", "!?", "🎉", "\ud800", "Chen Bo", "Baogang", "Solvay", "Bayan Obo"])
@pytest.mark.parametrize("fallback", ["English", "German", "Chinese", "Klingon"])
def test_what_does_not_tell_is_in_the_language_that_is_expected(text: str, fallback: str) -> None:
    assert language_of(text, fallback) == fallback


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Who is Chen Bo?", "English"),
        ("Baogang summit date", "English"),
        ("What does 稀土管理条例 say?", "English"),
        ("WAS SIND DIE FÜNF DIREKTIVEN?", "German"),
        ("ｗｈａｔ does it say about exports?", "English"),
        ("那马来西亚呢？", "Chinese"),
        ("정상회담은 언제 열렸습니까?", "Korean"),
        ("Πότε έγινε η σύνοδος;", "Greek"),
        ("Коли відбувся саміт?", "Ukrainian"),
        ("дата саммита Baogang", "Russian"),
        ("متى عقدت القمة؟", "Arabic"),
        ("शिखर सम्मेलन कब हुआ?", "Hindi"),
    ],
)
def test_script_and_words_tell(text: str, wanted: str) -> None:
    assert language_of(text, "English") == wanted


def test_another_language_may_be_expected() -> None:
    assert language_of("When did the summit of Baogang Group take place?", "German") == "English"
    assert language_of("Wer ist Chen Bo?", "German") == "German"
    assert language_of("Кто такой Чэнь Бо?", "Ukrainian") == "Ukrainian"


def test_names_of_languages() -> None:
    assert LANGUAGES["de"] == "German"
    assert len(set(LANGUAGES.values())) == len(LANGUAGES)


def test_the_model_is_loaded_by_the_first_text_that_needs_it() -> None:
    code = (
        "from assistant import language as l\n"
        "l.language_of('2025', 'English'), l.language_of('那马来西亚呢？', 'English')\n"
        "assert l._identifier.cache_info().misses == 0\n"
        "l.language_of('Wer ist das?', 'English')\n"
        "assert l._identifier.cache_info().misses == 1\n"
    )
    done = run_python(code)
    assert done.returncode == 0, done.stderr
