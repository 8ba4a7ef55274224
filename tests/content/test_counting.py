import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.content.counting import words_in

TABLE = [
    ("", 0),
    ("   \n\t ", 0),
    ("one", 1),
    ("two words", 2),
    ("two  words\nthree", 3),
    ("two\u00a0words", 2),
    ("l’eau, c’est la vie – non ?", 5),
    ("— … ! *", 0),
    ("in 2026 we paid 14 $", 5),
    ("www.ngo.example", 1),
    ("ندعم خفض الرسوم للمنظمات الصغيرة", 5),
    ("نَدعَمُ خَفضَ الرُّسومِ", 3),
    ("می‌خواهیم بنویسیم", 2),
    ("我们支持降低费用", 4),
    ("我们支持。", 2),
    ("我们", 1),
    ("我", 1),
    ("我们支持 DNS 和 DNSSEC", 5),
    ("ドメインの名前", 4),
    ("도메인 이름", 2),
    ("Мы просим снизить плату", 4),
]
"""Text → words; tests/browser/test_marking.py counts the same texts in a browser."""


@pytest.mark.parametrize(("text", "words"), TABLE)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert words_in(text) == words


@settings(deadline=None)
@given(
    st.lists(st.from_regex(r"[a-zа-яء-غ0-9]{1,8}", fullmatch=True)), st.sampled_from(" \n\t\u2003")
)
def test_every_spaced_word_counts_once(words: list[str], space: str) -> None:
    assert words_in(space.join(words)) == len(words)


@settings(deadline=None)
@given(st.text())
def test_counting_never_fails_and_more_text_has_no_fewer_words(text: str) -> None:
    assert 0 <= words_in(text) <= words_in(f"{text} word") <= len(text) + 1
