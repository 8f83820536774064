"""The peer's side: pdfminer.six and BeautifulSoup, called as synthetic-data-kit's parsers call them."""

from __future__ import annotations

import json
import sys
import time


def text_of(path: str) -> str:
    if path.endswith(".pdf"):
        from pdfminer.high_level import extract_text  # type: ignore[import-not-found]

        return str(extract_text(path))
    from bs4 import BeautifulSoup  # type: ignore[import-not-found]

    with open(path, encoding="utf-8") as file:
        soup = BeautifulSoup(file.read(), "html.parser")
    for element in soup(["script", "style"]):
        element.extract()
    lines = (line.strip() for line in soup.get_text().splitlines())
    return "\n".join(part for line in lines for part in line.split("  ") if part)


def main() -> None:
    paths = json.load(sys.stdin)
    began = time.process_time()
    texts = [text_of(path) for path in paths]
    json.dump({"seconds": [time.process_time() - began], "texts": texts}, sys.stdout)


if __name__ == "__main__":
    main()
