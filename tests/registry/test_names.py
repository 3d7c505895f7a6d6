"""One name is spelt one way and stands where readers look for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.names import normalise_name, sort_key


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("赵 强琴", "赵强琴"),
        ("\u3000李　明 ", "李明"),
        ("买买提 • 吐尔逊", "买买提·吐尔逊"),
        ("买买提.吐尔逊", "买买提·吐尔逊"),
        ("买买提‧吐尔逊", "买买提·吐尔逊"),
        ("Li  Ming", "Li Ming"),
        ("奚 𬱖福\ufeff", "奚𬱖福"),
    ],
)
def test_a_name_is_written_once(typed, name):
    assert normalise_name(typed) == name


@given(st.text())
def test_a_normalised_name_stays_as_it_is(text):
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单洋福", "shan yang fu"),
        ("曾国", "zeng guo"),
        ("仇英", "qiu ying"),
        ("区海", "ou hai"),
        ("查良", "zha liang"),
        ("解兰洋", "xie lan yang"),
        ("尉迟恭", "yu chi gong"),
        ("万俟明", "mo qi ming"),
        ("任华", "ren hua"),
        ("李单", "li dan"),
        ("彭㛃", "peng jie"),
        ("Li Ming", "li ming"),
        ("", ""),
    ],
)
def test_surnames_are_read_as_their_bearers_do(name, key):
    assert sort_key(name) == key


def test_a_register_is_ordered_by_syllables():
    names = ["赵强", "单洋福", "李安", "利娜", "连英"]

    assert sorted(names, key=sort_key) == ["李安", "利娜", "连英", "单洋福", "赵强"]
