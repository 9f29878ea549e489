"""The Chinese catalogue calls one thing by one word, and is typeset as Chinese is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from bootstrap.report.translations import catalogue
from tests.report.test_translations import ENTRIES, strings

_REPOSITORY = Path(__file__).parents[2]
_PAGES = [_REPOSITORY / "README.zh-CN.md", *sorted((_REPOSITORY / "labs").rglob("*.zh-CN.md"))]
# Questions, the teacher's notes, the words of the drawings, and the notebook.
_WRITTEN = [
    *_PAGES,
    *(_REPOSITORY / "labs").rglob("*.yaml"),
    *(_REPOSITORY / "labs").rglob("*.ipynb"),
    *(_REPOSITORY / "docs" / "lab_drawings" / f"{name}.yaml" for name in ("lessons", "overviews")),
]
STRINGS = [each for entry in ENTRIES for each in strings(entry)]
# Commands and keys stay as they are typed.
SENTENCES = [re.sub("`[^`]*`", "`", each) for each in STRINGS]
_HAN = "[\u4e00-\u9fff]"

# What is not written -> what is written instead.
NOT_WRITTEN = [
    ("队伍", "参赛队"),
    ("(?<!工作)团队", "参赛队, or 工作团队 for a work team"),
    ("活动|赛事|大赛|竞赛", "比赛; 更新 for a sign of life"),
    ("支参赛队", "个参赛队"),
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
    ("工人|劳动力", "工作人员; 私有人力 for the workforce"),
    ("(?<!私有)人力", "私有人力"),
    ("供工作人员|工作人员的?页面|AWS 的(?:工作)?人员", "现场支持 for staff, AWS 人工审批 for AWS's"),
    ("凭据", "凭证"),
    ("节流", "限流"),
    ("预演|彩排", "演练"),
    ("花名册", "名册"),
    ("陷阱", "常见问题"),
    ("邮箱", "邮件地址"),
    ("手工", "手动"),
    ("未决", "未结"),
    ("遗留", "残留"),
    ("详情(?!请参阅)|详细信息", "明细 for a detail; 更多 for further reading"),
    ("起始文件|随附文件", "初始文件; 自带的 for what comes with the tool"),
    ("迁(?!移学习)", "换到, 更换账户: nothing moves with the team"),
    ("冒烟训练", "冒烟测试作业"),
    ("突发性能", "可突增性能"),
    ("(?<!时区)偏移", "偏差 for drift; 时区偏移 of a time"),
    ("打印(?:链接|脚本|凭证|的令牌|的网址)", "输出; 打印 is for paper"),
    ("错误码", "错误代码"),
    ("同一命令", "同一条命令"),
    ("不认识", "无法识别"),
    ("所指(?!定)", "消息中指出的"),
    ("早晨", "早上"),
    ("证实", "证明"),
    ("实验 [0-9]", "实验一, as the labs are called"),
    ("主办方|参与者", "组织者; 参赛者"),
    ("最终状态", "完成标准"),
    ("拿到|搞定|挂掉|死掉", "a plain word of written Chinese"),
]


@pytest.mark.parametrize(("pattern", "instead"), NOT_WRITTEN)
def test_one_thing_has_one_word(pattern: str, instead: str) -> None:
    written = [*STRINGS, *(line for page in _WRITTEN for line in page.read_text(encoding="utf-8").splitlines())]
    assert not [each for each in written if re.search(pattern, each)], f"write {instead}"


_FOR_TEAMS = ("people/web/", "people/hands/team_words", "people/catch_up")


def test_the_organiser_is_addressed_politely() -> None:
    """Pages that a team reads say 你, as the labs do."""
    for_organisers = [
        entry for entry in ENTRIES if not any(where.startswith(_FOR_TEAMS) for where, _ in entry.locations)
    ]
    assert not [each for entry in for_organisers for each in strings(entry) if "你" in each], "write 您"


@pytest.mark.parametrize("label", ["means:", "fix:", "turn:", "log:"])
def test_a_word_before_what_doctor_found_fits_its_column(label: str) -> None:
    """A wider one would be cut in the middle."""
    assert cell_len(catalogue("zh").gettext(label)) < len("means: ")


def test_chinese_sentences_have_chinese_punctuation() -> None:
    assert not [
        each for each in SENTENCES if re.search(rf"{_HAN}[,;:?!](?!\S)|{_HAN}[,;?!]{_HAN}|{_HAN}\.(?:\s|$)", each)
    ]


def test_a_space_stands_between_chinese_and_latin_words() -> None:
    assert not [each for each in SENTENCES if re.search(rf"{_HAN}[A-Za-z0-9]|[A-Za-z0-9]{_HAN}", each)]


def test_help_that_is_filled_anew_has_no_line_break_inside_a_chinese_sentence() -> None:
    """click puts a space where the break was; examples and tables, which begin with \\b, keep their lines."""
    wide = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
    helps = [text for entry in ENTRIES if "\b" in entry.id for text in strings(entry)]
    paragraphs = [each for text in helps for each in text.split("\n\n") if not each.startswith("\b")]
    assert paragraphs
    assert not [each for each in paragraphs if re.search(rf"{wide}\n{wide}", each)]
