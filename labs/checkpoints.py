"""Checks the answers to the checkpoints of a lab. In a terminal: python3 labs/checkpoints.py ground-truth 1 b

检查实验检查点的答案。在终端中运行：python3 labs/checkpoints.py ground-truth 1 b

Without an answer it shows the question, without a number all questions. It counts nothing and tells nobody.
"""

from __future__ import annotations

import argparse
import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# What people type for a, b, c, d on a keyboard that is set to Chinese.
FULL_WIDTH = str.maketrans("ａｂｃｄＡＢＣＤ", "abcdABCD")


class Checkpoints:
    """The checkpoints of one lab, as the organisers have packed them. `above`: a page shows the questions already."""

    def __init__(self, lab: str, folder: Path = HERE, above: bool = False) -> None:
        file = folder / lab / "checkpoints.json"
        listed: list[dict[str, Any]] = []
        if file.is_file():
            try:
                listed = json.loads(file.read_text(encoding="utf-8"))["checkpoints"]
            except (ValueError, TypeError, KeyError):
                print(f"{file}: the file is damaged. Copy it again from your bucket.")
                print(f"{file}：文件已损坏。请从你们的存储桶重新复制。")
        else:
            labs = ", ".join(sorted(each.parent.name for each in folder.glob("*/checkpoints.json"))) or "-"
            print(f"{file}: there is no such file. Labs with checkpoints · 有检查点的实验: {labs}")
        self.lab, self.above = lab, above
        self.all = {each["id"]: each for each in listed}
        self.right: set[int] = set()

    def ask(self, number: int) -> None:
        """Print the question and its choices."""
        asked = self.all[number]
        print(f"{number}. {asked['question']['en']}\n   {asked['question']['zh']}")
        for letter, choice in asked["choices"].items():
            print(f"   {letter}  {choice['en']}\n      {choice['zh']}")

    def check(self, number: int, answer: str = "") -> None:
        """Print whether that is the right answer, and why; without an answer, the question."""
        if number not in self.all:
            numbers = ", ".join(map(str, self.all)) or "-"
            print(f"There is no checkpoint {number} · 没有检查点 {number}: {numbers}")
            return
        asked, letter = self.all[number], answer.strip().translate(FULL_WIDTH).lower()
        if letter not in asked["choices"]:
            if not self.above:
                self.ask(number)
            letters = ", ".join(asked["choices"])
            print(f"Not answered yet: write one of {letters} and run this again.")
            print(f"尚未回答：填写 {letters} 之一，然后再运行一次。")
            return
        key = sha256(f"{self.lab} {number} {letter}".encode()).digest()
        if sha256(key).hexdigest() != asked["answer"]:
            print(f"{number} {letter}: not this one. Look again at section {asked['section']}, then try another.")
            print(f"{number} {letter}：不对。请再看第 {asked['section']} 节，然后重新选择。")
            return
        self.right.add(number)
        why = json.loads(unscrambled(base64.b64decode(asked["why"]), key))
        # In a terminal each answer is a run of its own, and counts for itself.
        count = f" ({len(self.right)}/{len(self.all)})" if self.above else ""
        print(f"{number} {letter}: right · 正确{count}\n{why['en']}\n{why['zh']}")


def unscrambled(text: bytes, key: bytes) -> bytes:
    """Return the text, which only the right answer's key makes readable."""
    stream = b"".join(sha256(key + bytes([block])).digest() for block in range(len(text) // 32 + 1))
    return bytes(one ^ other for one, other in zip(text, stream, strict=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lab", help="the lab's folder: ground-truth, notebook, tuning")
    parser.add_argument("number", nargs="?", type=int, help="the checkpoint's number")
    parser.add_argument("answer", nargs="?", default="", help="a, b, c or d")
    asked = parser.parse_args()
    checkpoints = Checkpoints(asked.lab)
    if asked.number is None:
        for number in checkpoints.all:
            checkpoints.ask(number)
    else:
        checkpoints.check(asked.number, asked.answer)


if __name__ == "__main__":
    main()
