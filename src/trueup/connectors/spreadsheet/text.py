"""CSV bytes to records: which encoding, which delimiter, where a quotation mark was left open."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from django.utils.formats import number_format
from django.utils.translation import gettext

from trueup.connectors.spreadsheet.sheets import MAX_ROWS, UnreadableFileError

DELIMITERS = (",", ";", "\t", "|")
LINES_TO_JUDGE = 50
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
CALLED = {
    "utf-8-sig": "UTF-8",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}


def decoded(content: bytes) -> tuple[str, str]:
    """The text and the name of the encoding that fitted: a mark decides, else the first without an error.

    >>> decoded("Größe".encode()), decoded("Größe €".encode("cp1252"))
    (('Größe', 'UTF-8'), ('Größe €', 'Windows-1252'))
    """
    marked = next((encoding for mark, encoding in MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252", "latin-1"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, CALLED[encoding]
    raise UnreadableFileError(
        gettext("This is not a text file. Save the sheet as CSV (UTF-8) or as XLSX and try again.")
    )


def unquoted_lines(text: str) -> Iterator[str]:
    """Each record's characters that stand outside quotation marks."""
    inside = False
    line: list[str] = []
    for character in text:
        if character == '"':
            inside = not inside
        elif inside:
            continue
        elif character == "\n":
            yield "".join(line)
            line = []
        else:
            line.append(character)
    if line:
        yield "".join(line)


def delimiter_of(text: str) -> str:
    r"""The delimiter that splits most records into the same number of cells; a comma when nothing does.

    >>> delimiter_of('Produkt;Preis\n"Büro; groß";1.234,50\nCAD;12,00\n')
    ';'
    """
    lines = [line for line in islice(unquoted_lines(text), LINES_TO_JUDGE) if line.strip()]
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        counts = Counter(line.count(delimiter) for line in lines if delimiter in line)
        if not counts:
            continue
        cells, agreeing = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
        score = (agreeing / len(lines), cells)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def records_of(text: str) -> tuple[list[list[str]], str]:
    """All records with the delimiter found; blank lines stay, so that row numbers are what people see."""
    declared, _, rest = text.partition("\n")
    if declared.strip().lower().startswith("sep=") and len(declared.strip()) == len("sep=;"):
        delimiter = declared.strip()[-1]
        return [[], *parsed(rest, delimiter, first=2)], delimiter
    delimiter = delimiter_of(text)
    return parsed(text, delimiter, first=1), delimiter


def parsed(text: str, delimiter: str, *, first: int) -> list[list[str]]:
    """Records of the text; a stray quotation mark inside a cell is taken as it stands."""
    if text.count('"') % 2:
        return lenient(text, delimiter, first=first)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return counted(reader, first=first)


def lenient(text: str, delimiter: str, *, first: int) -> list[list[str]]:
    """Records of a text with an odd number of marks: an inch sign is fine, an open quotation is not."""
    strict = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = first
    try:
        for number, _ in enumerate(strict, start=first + 1):  # noqa: B007 - the row after the last good one is named below
            pass
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise UnreadableFileError(
                gettext("A quotation mark opened in row %(number)s is never closed. Close it or remove it.")
                % {"number": number}
            ) from error
    return counted(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), first=first)


def counted(reader: Iterator[list[str]], *, first: int) -> list[list[str]]:
    """All records, unless there are too many or one cell is too long to be one."""
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) > MAX_ROWS:
                raise UnreadableFileError(
                    gettext("More than %(most)s rows. Split the file and import the parts.")
                    % {"most": number_format(MAX_ROWS, force_grouping=True)}
                )
    except csv.Error as error:
        number = first + len(records)
        raise UnreadableFileError(
            gettext("Row %(number)s cannot be read: %(error)s. Look for a stray quotation mark.")
            % {"number": number, "error": error}
        ) from error
    return records
