"""Chinese text in GBK is told from text in another old encoding."""

from __future__ import annotations

from itertools import chain

import pytest

from bootstrap.reading import plausible

CHINESE = [
    ("红队 一",),
    ("凤凰",),
    ("麒麟队",),
    ("焱",),
    ("琥珀队", "鹦鹉队", "蝴蝶"),
    ("北京一队", "上海二队", "深圳战狼"),
    ("雄鹰", "猛虎", "孤狼", "海豚"),
    ("极速先锋", "追风少年", "闪电侠"),
    ("狐狸", "鲸鱼"),
    ("测试账号",),
    ("张三", "李四"),
    ("蜂鸟", "狐狸", "棕熊", "白鹭"),
    ("创新", "冠军"),
    # Read as another encoding these are letters without a single gap, but no words.
    ("比亚迪",),
    ("阿里巴巴",),
    ("兰博基尼",),
    ("哔哩哔哩",),
    ("皮卡丘",),
    ("巧克力",),
    ("奔驰", "宝马", "奥迪"),
    ("林肯", "凯迪拉克", "别克"),
    ("皇马", "拜仁", "曼联"),
]
OTHERS = [
    ("cp932", "Shift-JIS", ("チーム東京", "赤とんぼ")),
    ("cp932", "Shift-JIS", ("サクラ",)),
    ("cp932", "", ("東京",)),
    ("cp932", "Shift-JIS", ("ｱｶﾄﾝﾎﾞ",)),
    ("cp932", "Shift-JIS", ("ﾁｰﾑﾄｳｷｮｳ",)),
    ("euc_jp", "EUC-JP", ("チーム東京", "サクラ")),
    ("euc_kr", "EUC-KR", ("서울팀",)),
    ("euc_kr", "EUC-KR", ("백두산", "한라산")),
    ("euc_kr", "EUC-KR", ("호랑이", "독수리")),
    ("euc_kr", "EUC-KR", ("빠른자동차",)),
    ("big5", "Big5", ("猛虎隊",)),
    ("big5", "", ("紅隊", "藍隊")),
    ("cp1251", "Windows-1251", ("Москва",)),
    ("cp1251", "Windows-1251", ("Урал", "Казань")),
    ("cp1251", "Windows-1251", ("МОСКВА",)),
    ("cp1251", "Windows-1251", ("ФАКЕЛЫ",)),
    ("koi8_r", "KOI8-R", ("Москва",)),
    ("cp1252", "Windows-1252", ("Löwen",)),
    ("cp1252", "Windows-1252", ("François", "señor")),
    ("cp1252", "Windows-1252", ("Zürich", "Genève")),
    ("cp1254", "", ("İstanbul",)),
    ("mac_roman", "", ("Löwen",)),
]


def written(names: tuple[str, ...], encoding: str) -> bytes:
    rows = chain(["team,account_id"], (f"{name},11112222{number:04}" for number, name in enumerate(names)))
    return "\r\n".join(rows).encode(encoding)


@pytest.mark.parametrize("names", CHINESE)
def test_chinese_in_gbk_is_believed(names: tuple[str, ...]) -> None:
    data = written(names, "gbk")
    assert not plausible.judged(data, data.decode("gb18030")).refused


@pytest.mark.parametrize(("encoding", "called", "names"), OTHERS)
def test_another_old_encoding_is_refused_and_named(encoding: str, called: str, names: tuple[str, ...]) -> None:
    data = written(names, encoding)
    guess = plausible.judged(data, data.decode("gb18030"))
    assert guess.refused
    assert called in guess.name
    assert not called or names[0] in guess.reading


def test_where_two_encodings_fit_both_readings_are_given() -> None:
    data = written(("한국",), "euc_kr")
    guess = plausible.judged(data, data.decode("gb18030"))
    assert (guess.refused, guess.reading) == (False, "한국")


def test_characters_that_only_gb18030_has_are_no_sign_of_another_encoding() -> None:
    data = written(("𠮷野家队", "ᠮᠣᠩᠭᠣᠯ"), "gb18030")
    assert not plausible.judged(data, data.decode("gb18030")).refused


def test_text_that_is_not_even_gbk_is_named_as_well() -> None:
    assert plausible.likely(written(("Волки",), "cp1251")) == ("Cyrillic (Windows-1251)", "Волки")
    assert plausible.likely(written(("José",), "cp1252"))[1] == "José"
    assert plausible.likely(written(("ｻｸﾗ",), "cp932")) == ("Japanese (Shift-JIS)", "ｻｸﾗ")
