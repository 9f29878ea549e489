"""Tell Chinese text in GBK from text in another old encoding: almost any bytes can be decoded as GBK.

What is known of the encodings: GB 2312 orders its 3,755 common characters by sound in the rows B0 to D7, and 3,008 rare
ones by radical in the rows D8 to F7; all other characters of GBK are rarer still. Text of another encoding falls into
the rare ones (Japanese, Big5, Latin letters), or consists wholly of the other encoding's letters (Korean, Cyrillic).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# More characters than this outside GB 2312 are not Chinese in GBK. Names such as 喆 have some of them.
_MOST_RARE = 0.2
# Another encoding is believed if it makes letters of everything, there are so many, and so few are common in Chinese.
_FEWEST, _LEAST_COMMON = 3, 0.4
_MANY = 12
# So many characters tell enough.
_SAMPLE = 20_000

# Characters that are frequent in Chinese text, and in names of teams, places and companies.
_COMMON = frozenset(
    "的一是不了在人有我他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然"
    "作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从知使机关点正新明高全月通因由问化外想开己意第样"
    "应向本情长实现力理动头文体政美相合重水最表代手等部度海先业工东南西北京广州深圳四五六七八九零两百千万红蓝绿黄白黑紫橙青金银铁"
    "火木土石山河江湖风云雷电雨雪星空光龙虎马牛羊狼鹰熊狮豹飞车队组团战胜利强快乐联盟联合赛跑冲锋创智慧科技数据算未来梦想希望勇者"
    "王李张刘陈杨赵周吴徐孙朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余杜叶程苏魏吕丁任姚卢姜崔钟谭陆汪范香港台湾澳门"
    "中华民安平春夏秋冬城市区县路司集团有限股份信息网络云计算工程部门客户销售市场产品研究院大学班级号位名称备用账号户备注员"
)

# Syllables that Korean names and words are mostly made of. Chinese read as Korean gives any of 2,350.
_KOREAN = frozenset(
    "가각간갈감갑강개거건검게겨견결경계고곡공과관광교구국군굴권귀규그극근글금기김까깨꽃꿈나난날남내너넘년념노녹농높누눈뉴는늘능니"
    "다단달담당대더덕데도독동두둥드든들등디따땅때떡또뜨라락란람랑래량러럼레려력련렬렉령례로록론롱료루류륙률르른름릉리린림립마막만말"
    "망매맥머먹메면명모목몬무문물미민믿바박반발밤방배백버번범법베벽변별병보복본봄봉부북분불블비빈빛빠빨뻐사산살삼상새색생서석선설"
    "섬성세센소속손송수숙순술숲스슬승시식신실심십싱쌍써쓰씨아악안알암앙애야약양어언얼엄업에엔여역연열염영예오온올와완왕외요용우운울"
    "원월위유육윤율으은을음응의이익인일임입잉자작잔장재저적전절점정제조족존종좌주죽준중즈지직진질집짜차찬참창채책처천철첫청체초촌총"
    "최추축춘출충치친칠침카칸캐커컴케코콘쿠크큰클키타탄탈탐태택탱터테텍토톤통투트특티틱팀파판팔패팬퍼페편평포폭표푸풍프플피필하학한할"
    "함합항해핵행향허헌험혁현형혜호혼홍화환황회효후훈휘휴흐흑흰히힘"
)
_MOSTLY = 0.6
# In half-width kana: a letter that Chinese read as kana rarely has where Japanese words have it.
_KANA_OF_WORDS = re.compile("[ｦ-ﾟ][ﾝﾞﾟｯｬｭｮ]")
_KANA_OF_NO_WORD = re.compile("(?<![ｦ-ﾟ])[ﾝﾞﾟｯｬｭｮｧｨｩｪｫｰ]|(?<![ｶ-ﾄﾊ-ﾎｳ])ﾞ|(?<![ﾊ-ﾎ])ﾟ|[ｦｧｨｩｪｫｬｭｮｯ][ｧｨｩｪｫｬｭｮｯ]")
# "Москва" and "МОСКВА", but not "МОСква"; capitals that few words consist of.
_CYRILLIC_OF_NO_WORD = re.compile("[а-яё][А-ЯЁ]|[А-ЯЁ]{2}[а-яё]")
_CYRILLIC_RARE = re.compile("[ЁФЦЩЪЭЫЮЯ]")

# Python's name of an encoding, what people call it, and its letters. The order is that in which they are tried.
_RIVALS = (
    ("cp932", "Japanese (Shift-JIS)", r"[ぁ-ヺー一-鿿々]"),
    ("euc_jp", "Japanese (EUC-JP)", r"[ぁ-ヺー一-鿿々]"),
    ("euc_kr", "Korean (EUC-KR)", r"[가-힣]"),
    ("cp1251", "Cyrillic (Windows-1251)", r"[А-яЁё]"),
    ("koi8_r", "Cyrillic (KOI8-R)", r"[А-яЁё]"),
    ("cp1253", "Greek (Windows-1253)", r"[Ά-ώ]"),
    ("cp1255", "Hebrew (Windows-1255)", r"[א-ת]"),
    ("cp1256", "Arabic (Windows-1256)", r"[ء-ْ]"),
    ("cp932", "Japanese (Shift-JIS)", r"[ｦ-ﾟ]"),
    ("big5", "Traditional Chinese (Big5)", r"[一-鿿]"),
    ("cp874", "Thai (Windows-874)", r"[ก-๛]"),
    ("cp1252", "Western European (Windows-1252)", r"[À-ÿŒœŠšŽžŸ’“”–—]"),
)
# These read anything, so that they prove nothing where the characters are no rare ones.
_READ_ANYTHING = ("big5", "cp874", "cp1252")


@dataclass(frozen=True, slots=True)
class Guess:
    """How sure it is that text decoded as GBK is that.

    `name`: the encoding that fits instead, or as well; "" if none does. `reading`: some of the text read by it.
    """

    refused: bool
    name: str = ""
    reading: str = ""


def judged(data: bytes, text: str) -> Guess:
    """Judge `text`, which is `data` decoded as GB 18030."""
    letters = [each for each in re.findall(r"[^\x00-\x7f]", text) if unicodedata.category(each)[0] in "LC"][:_SAMPLE]
    if not letters:
        return Guess(False)
    rare = sum(_outside(each) for each in letters) / len(letters)
    if rare > _MOST_RARE:
        return Guess(True, *likely(data))
    common = sum(each in _COMMON for each in letters) / len(letters)
    rival = _rival(data, but=_READ_ANYTHING)
    # Kana, Greek and Cyrillic are in GB 2312 too, but no Chinese roster consists of them.
    foreign = sum(not "一" <= each <= "鿿" and _two_bytes(each) for each in letters) / len(letters)
    sure = len(letters) >= _FEWEST and common < _LEAST_COMMON and (rival[0] != "" or foreign > 1 / 2)
    return Guess(sure, *(rival if sure or len(letters) < _MANY else ("", "")))


def likely(data: bytes) -> tuple[str, str]:
    """Return the name of the old encoding that reads every byte above ASCII as letters, and some of what it reads.

    Both are "" if there is none.
    """
    return _rival(data, but=())


def _outside(character: str) -> bool:
    """True if the character is not in GB 2312. GB 18030's own characters of four bytes are no accident, and count."""
    try:
        character.encode("gb2312")
    except UnicodeError:
        return _two_bytes(character)
    return False


def _two_bytes(character: str) -> bool:
    return len(character.encode("gb18030", errors="replace")) == 2


def _rival(data: bytes, but: Sequence[str]) -> tuple[str, str]:
    for encoding, name, letters in _RIVALS:
        if encoding in but:
            continue
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        high = [each for each in text if not each.isascii()]
        if high and all(re.fullmatch(letters, each) for each in high) and _credible(encoding, text, data):
            return name, _some(text)
    return "", ""


def _credible(encoding: str, text: str, data: bytes) -> bool:
    """True if the letters stand as they do in words of the language."""
    within_latin = re.search(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]", text) is not None
    if encoding == "cp1252":
        return within_latin
    if encoding in ("cp932", "euc_jp") and not re.search(r"[ぁ-ヺ]", text):
        # Without kana, any Chinese text may look like it; and much of it like half-width kana.
        kana = bool(re.search("[ｦ-ﾟ]", text)) and not within_latin and not _KANA_OF_NO_WORD.search(text)
        return kana and (bool(_KANA_OF_WORDS.search(text)) or not _is_gbk(data))
    if encoding == "euc_kr":
        syllables = re.findall("[가-힣]", text)
        return not within_latin and sum(each in _KOREAN for each in syllables) >= _MOSTLY * len(syllables)
    if encoding in ("cp1251", "koi8_r"):
        capitals = re.findall("[А-ЯЁ]{2,}", text)
        rare = sum(len(_CYRILLIC_RARE.findall(each)) for each in capitals)
        return not within_latin and not _CYRILLIC_OF_NO_WORD.search(text) and rare * 3 <= sum(map(len, capitals))
    return not within_latin and re.search(r"[ά-ώ][Α-Ω]", text) is None


def _is_gbk(data: bytes) -> bool:
    try:
        data.decode("gb18030")
    except UnicodeError:
        return False
    return True


def _some(text: str) -> str:
    found = re.findall(r"[^\s,;\t\"]*[^\x00-\x7f][^,;\t\"\r\n]*", text)
    return ", ".join(each.strip() for each in found[:2])[:60]
