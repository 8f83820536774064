"""Why a document could not be turned into text, as a value that reaches the person who uploaded it."""

from __future__ import annotations

REMEDIES: dict[str, str] = {
    "EMPTY_FILE": "Upload the file again; this one has no bytes.",
    "WRONG_EXTENSION": "Give the file the extension of its real type, or upload the file that was meant.",
    "UNSUPPORTED_TYPE": "Convert the document to PDF, HTML, Markdown or plain text and upload that.",
    "TRUNCATED_PDF": "The end of the PDF is missing: copy it again from its source and upload the whole file.",
    "DAMAGED_PDF": "Open the PDF in a viewer and save or print it as a new PDF, then upload that.",
    "ENCRYPTED_PDF": "Remove the password (print to a new PDF, or `qpdf --decrypt`) and upload the result.",
    "NO_TEXT": "Run text recognition (OCR) over the scan and upload a PDF that holds text.",
    "NOT_UTF8": "Save the file as UTF-8, or name its encoding in the media type: text/plain; charset=windows-1252.",
    "UNKNOWN_CHARSET": "Use UTF-8, or a single-byte or UTF-16 charset that Python knows.",
    "TOO_LARGE": "Split the document into parts and upload each of them.",
    "TIMEOUT": "Split the document into parts, or print it to a new and simpler PDF.",
    "MEMORY": "Split the document into parts; one parser may use 512 MB.",
    "PARSER_CRASHED": "Open the file in another program, save it again and upload that; the original may be damaged.",
}
"""What a person can do about each code."""


class Unreadable(Exception):
    """The typed outcome of an extraction that yields no text. `code` is a key of REMEDIES."""

    def __init__(self, code: str, reason: str, field: str = "file") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.field = field

    @property
    def remedy(self) -> str:
        return REMEDIES[self.code]
