"""People's names: one spelling for one name, and an order that readers of Chinese expect."""

import re
from functools import cache

from pypinyin import Style, pinyin

from project.kernel.texts import half_width

HAN = r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
GAP = re.compile(rf"(?<={HAN})\s+(?={HAN})")
DOT = re.compile(r"\s*[·•‧∙⋅・･᛫●▪˙]\s*")
STOP = re.compile(rf"(?<={HAN})\s*[.。．]\s*(?={HAN})")

# Characters read otherwise as a surname than elsewhere, as their bearers mostly say them.
SURNAMES = {
    **{"万俟": "mo qi", "尉迟": "yu chi", "长孙": "zhang sun", "单于": "chan yu"},
    **{"澹台": "tan tai", "皇甫": "huang fu", "令狐": "ling hu", "宰父": "zai fu"},
    **{"单": "shan", "曾": "zeng", "仇": "qiu", "区": "ou", "查": "zha", "解": "xie"},
    **{"任": "ren", "朴": "piao", "翟": "zhai", "乐": "yue", "缪": "miao", "召": "shao"},
    **{"员": "yun", "盖": "ge", "覃": "qin", "秘": "bi", "折": "she", "种": "chong"},
    **{"谌": "chen", "繁": "po", "黑": "he", "祭": "zhai", "能": "nai", "么": "yao"},
    **{"都": "du", "乜": "nie", "隗": "wei", "冼": "xian", "逄": "pang", "訾": "zi"},
    **{"石": "shi", "沈": "shen", "车": "che", "牟": "mu", "臧": "zang", "藏": "zang"},
    **{"宁": "ning", "尉": "wei", "曲": "qu", "卜": "bu", "粘": "nian", "哈": "ha"},
    **{"殷": "yin", "便": "pian", "不": "fou", "阚": "kan", "郇": "xun", "郗": "xi"},
    **{"佴": "nai", "燕": "yan", "褚": "chu", "句": "gou", "瞿": "qu", "参": "shen"},
}


def normalise_name(text):
    """Write a name once: no spaces between Chinese characters, one kind of middle dot."""
    text = STOP.sub("·", DOT.sub("·", half_width(text)))
    return GAP.sub("", " ".join(text.split()))


def sort_key(name):
    """The name in pinyin, syllables apart, so that plain byte order is the order of a register."""
    name = normalise_name(name)
    surname = next((name[:size] for size in (2, 1) if name[:size] in SURNAMES), "")
    read = SURNAMES[surname].split() if surname else []
    return " ".join([*read, *_syllables(name[len(surname) :])])


def _syllables(text):
    """Read Chinese characters one by one and keep everything else as it is, in lower case."""
    read = "".join(f" {_syllable(sign)} " if re.match(HAN, sign) else sign for sign in text)
    return read.replace("·", " ").lower().split()


@cache
def _syllable(sign):
    return pinyin(sign, style=Style.NORMAL)[0][0]
