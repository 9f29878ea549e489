"""Help and output in the reader's language: by --lang, by the locale, by a variable of ours; JSON in English always."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from bootstrap.cli import _group, wide_help
from bootstrap.cli.commands.choice import read
from bootstrap.cli.localized import Context
from bootstrap.rehearsal import simulated as rehearsal
from bootstrap.report import translations
from tests import forked_command
from tests.cli.test_commands import lines
from tests.runs import choice, folder

HAN = re.compile("[\u4e00-\u9fff]")
COMMANDS = _group.list_commands(click.Context(_group))
# Variables of whoever starts the tests.
_LANGUAGES = {"EVENT_BOOTSTRAP_LANG": "", "LANGUAGE": "", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8"}
CHINESE = [
    {"LANG": "zh_CN.UTF-8"},
    {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"},
    {"EVENT_BOOTSTRAP_LANG": "zh", "LC_ALL": "en_US.UTF-8"},
]


def run(*arguments: str, at: Path, env: Mapping[str, str] = {}) -> subprocess.CompletedProcess[str]:
    return forked_command.run(arguments, at, {**_LANGUAGES, "COLUMNS": "80", **env})


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("desk"), teams=2)


@pytest.fixture(scope="module")
def standing(at: Path) -> Iterator[Mapping[str, str]]:
    """The environment that leads to a simulator on the real clock."""
    inputs = read(choice(at))
    with rehearsal.simulated(rehearsal.world(inputs.event, inputs.accounts, "ordinary", 1, None), clock="real") as up:
        yield rehearsal.environment(up)


@pytest.mark.parametrize("env", [{}, {"LANG": "de_DE.UTF-8"}, {"EVENT_BOOTSTRAP_LANG": "en", "LANG": "zh_CN.UTF-8"}])
def test_help_is_english_unless_chinese_is_asked_for(at: Path, env: Mapping[str, str]) -> None:
    for words in (["--help"], ["status", "--help"]):
        said = run(*words, at=at, env=env).stdout
        assert said.startswith("Usage: event-bootstrap")
        assert not HAN.search(said)


@pytest.mark.parametrize("env", CHINESE)
def test_the_environment_asks_for_chinese_help_and_output(at: Path, env: Mapping[str, str]) -> None:
    said = run("--help", at=at, env=env).stdout
    assert said.startswith("用法： event-bootstrap")
    assert "查看参赛队账户中的问题" in said
    said = run("status", "--help", at=at, env=env).stdout
    assert "只读取日志，不调用 AWS。" in said
    assert "默认：event.yaml]" in "".join(said.split())
    assert run("validate", at=at, env=env).stdout.startswith("未发现问题：2 个账户；")


@pytest.mark.parametrize("words", [["--lang", "zh", "--help"], ["--help", "--lang", "zh"], ["--lang=zh", "--help"]])
def test_lang_counts_before_the_environment_and_wherever_it_stands(at: Path, words: list[str]) -> None:
    assert run("status", *words, at=at).stdout.startswith("用法： event-bootstrap status")
    english = [each.replace("zh", "en") for each in words]
    assert run("status", *english, at=at, env=CHINESE[0]).stdout.startswith("Usage: event-bootstrap status")


def helped(name: str, language: str) -> str:
    """The help of one command, for a terminal of 80 columns."""
    command = _group.get_command(click.Context(_group), name)
    assert command is not None
    translations.use(language)
    try:
        context = Context(command, None, name, terminal_width=80, help_option_names=["-h", "--help"])
        return command.get_help(context)
    finally:
        translations.use("en")


@pytest.mark.parametrize("name", COMMANDS)
def test_no_part_of_a_command_s_help_is_left_in_english(name: str) -> None:
    """But for names and examples: each paragraph and each option has Chinese in it."""
    usage, _, rest = helped(name, "zh").partition("\n\n")
    assert usage.startswith("用法：")
    told, _, options = rest.partition("\n选项：\n")
    paragraphs = [each for each in told.split("\n\n") if each.strip() and "event-bootstrap" not in each]
    assert [each for each in (*paragraphs, *re.split(r"\n(?=  -)", options)) if not HAN.search(each)] == []
    assert not HAN.search(helped(name, "en"))


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_help_fits_the_terminal(name: str, language: str) -> None:
    """But for examples, which are printed as they are."""
    said = [line for line in helped(name, language).splitlines() if not re.search(r"event-bootstrap|^      ?--", line)]
    assert [line for line in said if wide_help.columns(line) > 80] == []
    assert [line for line in said if re.match(r"\s*[，。；：！？、）\]]", line)] == []
    assert [line for line in said if re.search(r"\w-$", line)] == []


def test_a_line_ends_between_any_chinese_characters_but_never_before_a_closing_mark() -> None:
    text = "名册的路径：每行一个账户（accounts.csv）。"
    for width in range(18, 60):
        found = wide_help.wrapped(text, width).splitlines()
        assert "".join(found) == text
        assert all(wide_help.columns(each) <= width for each in found)
        assert not any(each[0] in "）。：" for each in found)


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (["status", "--watxh"], "No such option '--watxh'. Did you mean '--watch'?", "没有选项 '--watxh'。"),
        (["plan", "--output", "xml"], "'xml' is not one of 'auto'", "'xml' 不是以下之一：'auto'"),
        (["console"], "Missing argument 'TEAM'", "缺少参数 'TEAM'"),
        (["status", "--watch", "--html", "x"], "cannot be used together", "不能同时使用"),
        (["handouts"], "--address is missing", "缺少 --address"),
        (["explain", "EB-999"], "there is no error code `EB-999`", "没有错误代码 `EB-999`"),
        (["status"], "there is no journal", "没有日志"),
        (["plan", "team-*", "--failed"], "there is no journal", "没有日志"),
        (["console", "team-*"], "`team-*` matches several teams", "`team-*` 匹配到多个参赛队"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_what_was_typed_wrong_is_told_in_the_language_of_lang(
    at: Path, words: list[str], english: str, chinese: str
) -> None:
    for language, said in (("en", english), ("zh", chinese)):
        done = run(*words, "--lang", language, at=at)
        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr
    assert run("statu", at=at, env=CHINESE[0]).stderr.splitlines()[-1].startswith("错误：没有命令 `statu`。")


def test_a_code_is_explained_in_both_languages(at: Path) -> None:
    english, chinese = (run("explain", "EB-231", "--lang", each, at=at).stdout for each in ("en", "zh"))
    assert english.startswith("EB-231  ")
    assert not HAN.search(english)
    assert re.match(r"EB-231  .*\n\n原因：.*。\n处理：.*。", chinese)


def test_a_question_is_asked_in_the_language_of_the_reader(at: Path, standing: Mapping[str, str]) -> None:
    """And what becomes of the run, as there is nobody to ask."""
    asked = run("quotas", "team-1", "--request", "--lang", "zh", at=at, env=standing)
    assert "要在 1 个账户中申请所有缺少的配额吗？（没有可供询问的终端：与指定 --yes 时一样继续）" in asked.stderr


def test_a_run_is_told_in_both_languages_and_its_json_is_the_same(at: Path, standing: Mapping[str, str]) -> None:
    """Its accounts are visited by threads, and the journal is read by another process."""
    only = ("plan", "team-1", "--step", "access", "--step", "stack:buckets")
    for language, there in (("en", False), ("zh", True)):
        said = run(*only, "--output", "plain", "--lang", language, at=at, env=standing)
        assert said.returncode == 0, said.stderr
        [access] = [line for line in said.stdout.splitlines() if re.search(r"\baccess\b.*", line) and "team-1" in line][
            :1
        ]
        assert bool(HAN.search(access)) is there
    found = [lines(run(*only, "--output", "json", "--lang", each, at=at, env=standing).stdout) for each in ("en", "zh")]
    moving = {"run", "at", "began", "ended", "seconds", "version", "took"}

    def still(documents: list[dict[str, object]]) -> list[dict[str, object]]:
        events = [each for each in documents if each["type"] == "event"]
        return [{name: value for name, value in each.items() if name not in moving} for each in events]

    assert still(found[0]) == still(found[1])
    assert not HAN.search(str(found[1]))


@pytest.mark.parametrize("words", [("--lang", "zh"), ()])
def test_where_the_terminal_has_no_chinese_letters_it_is_english(words: tuple[str, ...], tmp_path: Path) -> None:
    env = {"PYTHONIOENCODING": "ascii", "LANG": "zh_CN.UTF-8"}
    done = run("validate", "--event", "nowhere.yaml", *words, at=tmp_path, env=env)
    assert done.returncode == 2
    assert "error[EB-" in done.stderr
    assert "Traceback" not in done.stderr
