"""Which solved fault is like this one? Words, likeness and rank, in plain Python (R87).

Text becomes words that can be looked up: a stem for languages with spaces, pairs of
neighbouring characters for Chinese, Japanese and Korean, in simplified characters. So
空调不制冷 and 空調製冷差 share 空调 and 制冷, whatever the database knows of Chinese.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log

# How much each likeness counts. A fault that is alike in all of them scores 1.
WEIGHTS = {"text": 0.5, "symptom": 0.25, "model": 0.25}
SAME_CATEGORY = 0.5  # of what the same model counts
GUESSED_SYMPTOM = 0.8  # of what a chosen symptom counts
LEAST = 0.18  # below it, a fault is not shown
MOST_WORDS = 60  # a long description is known by its first words
COMMON = 0.3  # a word of that share of all texts tells nothing

_RUN = re.compile(
    "([\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+)"
    r"|([^\W_]+)"
)
# Characters that join the words that matter; a text is cut there.
_JOINTS = re.compile(
    "[的了在是有和与也很就都吗呢吧啊会能要把被给对不没无我你他她它们这那个]"
)
_STOP = frozenset(
    "a an and any are as at be been but by can could did do does doesn don for from "
    "had has have he her his i if in into is isn it its me my no not of on or our out "
    "s she since so still t than that the their them then there they this to too very "
    "was we were when where which while will with won would you your again always "
    "customer says said please hello thanks machine unit device".split()
)
_ENDINGS = ("ings", "ing", "ers", "ed", "er", "es", "s", "y", "e")
# Traditional characters of service talk, and their simplified form.
_TRADITIONAL = str.maketrans(
    "調製機壞電開關門燈熱風聲響顯錯誤碼壓縮網絡連斷線資讀寫檔體記憶當動轉滾內"
    "無過溫異氣漏閃螢視話紙張頭墨卡匣碟備範圍環濕塵雷擊換軟應韌級設數據庫務器統"
    "系啟啓運環閥產損燒斷裂鬆緊繫結霜凍爐烤籃盤軸輪帶馬達變頻銅鋁鐵鋼膠墊圈閉"
    "鎖鍵盤滑屏觸鏡頭貼標籤條號營業員師檢測試驗診斷維護養補償費單約時間週發現"
    "進倉冰櫃層順暢髒髮異臭煙焦雜聽見說慢點負載滿鏈陣列鏡像備份還復復歸還複雜",
    "调制机坏电开关门灯热风声响显错误码压缩网络连断线资读写档体记忆当动转滚内"
    "无过温异气漏闪荧视话纸张头墨卡匣碟备范围环湿尘雷击换软应韧级设数据库务器统"
    "系启启运环阀产损烧断裂松紧系结霜冻炉烤篮盘轴轮带马达变频铜铝铁钢胶垫圈闭"
    "锁键盘滑屏触镜头贴标签条号营业员师检测试验诊断维护养补偿费单约时间周发现"
    "进仓冰柜层顺畅脏发异臭烟焦杂听见说慢点负载满链阵列镜像备份还复复归还复杂",
)
# Names that differ between places for one thing, after the characters are simplified.
_SAME = {
    "冷气": "空调",
    "印表机": "打印机",
    "列表机": "打印机",
    "伺服器": "服务器",
    "网路": "网络",
    "硬碟": "硬盘",
    "荧幕": "屏幕",
    "软体": "软件",
    "fridge": "refrigerator",
    "aircon": "air conditioner",
    "notebook": "laptop",
}
_SAME_RUN = re.compile("|".join(_SAME))


@dataclass(frozen=True)
class Fault:
    """A fault, asked about or solved.

    :ivar key: its id; 0 for the one asked about
    :ivar words: what :func:`get_words` made of its text
    :ivar symptoms: {symptom id: how sure, 0 to 1}
    :ivar model: product id, or 0
    :ivar category: product category id, or 0
    :ivar fix: what cleared it; solved faults with one fix are shown once
    """

    key: int = 0
    words: frozenset[str] = frozenset()
    symptoms: Mapping[int, float] = field(default_factory=dict)
    model: int = 0
    category: int = 0
    fix: tuple = ()


@dataclass(frozen=True)
class Match:
    """A solved fault with its score (0 to 1) and how many were fixed the same way."""

    key: int
    score: float
    times: int


def get_words(*texts: str) -> tuple[str, ...]:
    """Return the distinct words of the texts, in order, at most `MOST_WORDS`."""
    found: dict[str, None] = {}
    for text in texts:
        plain = unicodedata.normalize("NFKC", text or "").casefold()
        plain = plain.translate(_TRADITIONAL)
        plain = _SAME_RUN.sub(lambda found: _SAME[found[0]], plain)
        for glyphs, word in _RUN.findall(plain):
            for part in _split_glyphs(glyphs) if glyphs else _split_word(word):
                found[part] = None
                if len(found) == MOST_WORDS:
                    return tuple(found)
    return tuple(found)


def _split_glyphs(glyphs: str) -> Iterable[str]:
    for run in _JOINTS.split(glyphs):
        if len(run) == 1:
            yield run
        for index in range(len(run) - 1):
            yield run[index : index + 2]


def _split_word(word: str) -> Iterable[str]:
    word = "".join(
        char
        for char in unicodedata.normalize("NFD", word)
        if not unicodedata.combining(char)
    )
    if word in _STOP or (len(word) < 2 and not word.isdigit()):
        return
    yield word if any(char.isdigit() for char in word) else _get_stem(word)


def _get_stem(word: str) -> str:
    """Cut one ending, so that leaks, leaked and leaking are one word."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word


def get_rarity(words: Iterable[str], shares: Mapping[str, float]) -> dict[str, float]:
    """Return what each word tells, 0 to 1: the rarer, the more.

    :param shares: share of all texts that hold the word, where it is known as common
    """
    return {
        word: 0.05 + 0.95 * min(1.0, max(0.0, -log(shares.get(word, 0.0) or 1e-9)) / 7)
        if shares.get(word, 0.0) < COMMON
        else 0.05
        for word in words
    }


def get_likeness(
    one: frozenset[str], other: frozenset[str], rarity: Mapping[str, float]
) -> float:
    """Return how alike two texts are, 0 to 1, the same in both directions.

    1 for equal sets of words, 0 where none is shared or one is empty.
    """

    def weigh(words):
        return sum(sorted(rarity.get(word, 1.0) for word in words))

    shared = weigh(one & other)
    if not shared:
        return 0.0
    return min(1.0, shared / (weigh(one) * weigh(other)) ** 0.5)


def guess_symptoms(
    words: frozenset[str], names: Mapping[int, Iterable[frozenset[str]]]
) -> dict[int, float]:
    """Return the three symptoms that the words sound like, and how sure that is.

    :param names: {symptom id: words of its name, in each language}
    """
    sure = {}
    for symptom, in_languages in names.items():
        best = 0.0
        for name in in_languages:
            shared = len(name & words)
            if shared:
                best = max(best, shared / len(name) * min(1.0, 0.5 + shared / 4))
        if best >= 0.4:
            sure[symptom] = best
    ranked = sorted(sure.items(), key=lambda item: (-item[1], item[0]))[:3]
    return {symptom: GUESSED_SYMPTOM * value for symptom, value in ranked}


def get_score(asked: Fault, solved: Fault, rarity: Mapping[str, float]) -> float:
    """Return how much a solved fault is like the one asked about, 0 to 1.

    What the caller did not say does not count against anybody: the weights of what is
    known add up to one.
    """
    parts = {
        "text": get_likeness(asked.words, solved.words, rarity) ** 0.5,
        "symptom": max(
            (
                sure * asked.symptoms[symptom]
                for symptom, sure in solved.symptoms.items()
                if symptom in asked.symptoms
            ),
            default=0.0,
        ),
        "model": _compare_models(asked, solved),
    }
    known = {
        "text": bool(asked.words),
        "symptom": bool(asked.symptoms),
        "model": bool(asked.model or asked.category),
    }
    total = sum(WEIGHTS[name] for name, is_known in known.items() if is_known)
    if (
        not total
        or (known["text"] or known["symptom"])
        and not (parts["text"] or parts["symptom"])
    ):
        return 0.0
    return sum(WEIGHTS[n] * parts[n] for n, is_known in known.items() if is_known) / (
        total
    )


def _compare_models(asked: Fault, solved: Fault) -> float:
    if asked.model and asked.model == solved.model:
        return 1.0
    if asked.category and asked.category == solved.category:
        return SAME_CATEGORY
    return 0.0


def rank(
    asked: Fault,
    solved: Iterable[Fault],
    shares: Mapping[str, float] | None = None,
    most: int = 5,
) -> list[Match]:
    """Return the solved faults that are most alike, best first, each fix once.

    Among equals the newest (highest key) comes first, so that the order is total and
    does not depend on the order of `solved`.
    """
    solved = list(solved)
    rarity = get_rarity(asked.words, shares or {})
    scored = sorted(
        ((get_score(asked, fault, rarity), fault) for fault in solved),
        key=lambda pair: (-pair[0], -pair[1].key),
    )
    scored = [(score, fault) for score, fault in scored if score >= LEAST]
    times = Counter(fault.fix or fault.key for _score, fault in scored)
    best: dict = {}
    for score, fault in scored:
        best.setdefault(fault.fix or fault.key, (score, fault))
    return [
        Match(fault.key, round(score, 6), times[fault.fix or fault.key])
        for score, fault in list(best.values())[:most]
    ]
