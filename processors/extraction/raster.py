"""Draws one page: `python -m processors.extraction.raster PATH INDEX DPI MEMORY CPU_SECONDS MEDIA_TYPE`.

Writes {"width", "height", "pages"} (points) and a line end, then the image: a grey PGM of a PDF's page, or a picture as
it came. Exit code 1 where the page cannot be drawn.
"""

from __future__ import annotations

import json
import os
import sys

from streams.confined import confine


def main() -> int:
    path, index, dpi, memory, cpu_seconds, media_type = sys.argv[1:]
    confine(int(memory), int(cpu_seconds))
    with open(path, "rb") as file:
        data = file.read()
    head, image = {"width": 0.0, "height": 0.0, "pages": 1}, data
    if media_type == "application/pdf":
        import pypdfium2 as pdfium

        document = pdfium.PdfDocument(data)
        try:
            page = document[int(index)]
            width, height = page.get_size()
            bitmap = page.render(scale=int(dpi) / 72, grayscale=True)
        except (pdfium.PdfiumError, ValueError):
            return 1
        head = {"width": width, "height": height, "pages": len(document)}
        rows = bytes(bitmap.buffer)
        if bitmap.stride != bitmap.width:
            rows = b"".join(rows[y * bitmap.stride : y * bitmap.stride + bitmap.width] for y in range(bitmap.height))
        image = f"P5 {bitmap.width} {bitmap.height} 255\n".encode() + rows
    with os.fdopen(1, "wb", closefd=False) as out:
        out.write(json.dumps(head).encode() + b"\n" + image)
    return 0


if __name__ == "__main__":
    sys.exit(main())
