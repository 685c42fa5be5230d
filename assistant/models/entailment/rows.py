"""Rows of tables as the network reads them: every cell behind the head of its column.

Which cell stands under which head is told by counting. A small network counts badly, so it is spared that.
"""

from collections.abc import Sequence


def told(row: str, columns: Sequence[str] = ()) -> str:
    """Return `row`, cells with bars between them, as "head: cell; head: cell."; empty cells are left out.

    Where cells and `columns` do not pair up the heads stand before the row; without heads it is returned as it is.
    """
    if not any(columns):
        return row
    cells = [cell.strip() for cell in row.split("|")]
    if len(cells) != len(columns):
        return f"{' | '.join(columns)}. {row}"
    return (
        "; ".join(f"{head}: {cell}" if head else cell for head, cell in zip(columns, cells, strict=True) if cell) + "."
    )
