"""The Chinese catalogue calls one thing by one word, and is typeset as Chinese is."""

from __future__ import annotations

import re

import pytest

from tests.report.test_translations import ENTRIES, strings

STRINGS = [each for entry in ENTRIES for each in strings(entry)]
# Commands and keys stay as they are typed.
SENTENCES = [re.sub("`[^`]*`", "`", each) for each in STRINGS]
_HAN = "[\u4e00-\u9fff]"

# What is not written -> what is written instead.
NOT_WRITTEN = [
    ("队伍", "参赛队"),
    ("(?<!工作)团队", "参赛队, or 工作团队 for a work team"),
    ("赛事|大赛", "活动; 比赛 for a competition"),
    ("(?<!存储)桶", "存储桶"),
    ("端点", "终端节点"),
    ("自动扩展|自动伸缩|自动缩放", "自动扩缩"),
    ("机器(?!学习)", "实例; 计算机 or 本机 for the organiser's computer"),
    ("支持台|支持人员|服务台", "现场支持"),
    ("制品", "构件"),
    ("移动平均", "运行平均值"),
    ("帐户|帐号|账号", "账户"),
    ("限额|额度", "配额"),
    ("变更集", "更改集"),
    ("(?<!堆)栈", "堆栈"),
    ("贴标|打标", "标注"),
    ("工人|劳动力", "工作人员; 人力 for the workforce"),
    ("凭据", "凭证"),
    ("节流", "限流"),
    ("预演|彩排", "演练"),
    ("花名册", "名册"),
    ("陷阱", "常见问题"),
    ("最终状态", "完成标准"),
    ("拿到|搞定|挂掉|死掉", "a plain word of written Chinese"),
]


@pytest.mark.parametrize(("pattern", "instead"), NOT_WRITTEN)
def test_one_thing_has_one_word(pattern: str, instead: str) -> None:
    assert not [each for each in STRINGS if re.search(pattern, each)], f"write {instead}"


def test_chinese_sentences_have_chinese_punctuation() -> None:
    assert not [
        each for each in SENTENCES if re.search(rf"{_HAN}[,;:?!](?!\S)|{_HAN}[,;?!]{_HAN}|{_HAN}\.(?:\s|$)", each)
    ]


def test_a_space_stands_between_chinese_and_latin_words() -> None:
    assert not [each for each in SENTENCES if re.search(rf"{_HAN}[A-Za-z0-9]|[A-Za-z0-9]{_HAN}", each)]
