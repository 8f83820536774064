"""Why a document could not be turned into text, as a value that reaches the person who uploaded it."""

from __future__ import annotations

REMEDIES: dict[str, str] = {
    "EMPTY_FILE": "Upload the file again; this one has no bytes.",
    "WRONG_EXTENSION": "Give the file the extension of its real type, or upload the file that was meant.",
    "UNSUPPORTED_TYPE": "Convert the document to a supported type (`studio docs formats` lists them) and upload that.",
    "NESTED_ARCHIVE": "Unpack the archive and upload the documents in it; a folder can be uploaded at once.",
    "TRUNCATED_PDF": "The end of the PDF is missing: copy it again from its source and upload the whole file.",
    "DAMAGED_PDF": "Open the PDF in a viewer and save or print it as a new PDF, then upload that.",
    "DAMAGED_FILE": "Open the file in the program that made it, save it again and upload that.",
    "DAMAGED_JSON": "Correct the JSON at the place named, or upload it as plain text with the extension .txt.",
    "ENCRYPTED_PDF": "Remove the password (print to a new PDF, or `qpdf --decrypt`) and upload the result.",
    "PASSWORD_PROTECTED": "Open the file with its password, save it without one and upload that.",
    "NO_TEXT": "Upload a document that holds text; this one has none.",
    "NEEDS_OCR": "Choose a reader of scans (STUDIO_OCR=tesseract, docling or command) and upload it again, or run text "
    "recognition over the scan and upload a PDF that holds text.",
    "OCR_MISSING": "Install what STUDIO_OCR names (apt-get install tesseract-ocr; pip install docling), or unset it.",
    "OCR_FAILED": "See the log of the extraction room, try another STUDIO_OCR, or upload a PDF that holds text.",
    "NOT_TEXT": "Save the file as UTF-8, or name its encoding in the media type: text/plain; charset=windows-1252.",
    "UNKNOWN_CHARSET": "Use UTF-8, or a single-byte or UTF-16 charset that Python knows.",
    "ZIP_BOMB": "Remove what makes the file so large when unpacked (pictures, copies), save it again and upload that.",
    "XML_ENTITIES": "Save the document again with an office program: its XML declares entities, which none needs.",
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
