"""Reading bookings, with what a screen shows beside them."""

from bookings.selectors.desk import DeskView, Page, desk_view
from bookings.selectors.history import History, history_of
from bookings.selectors.on_desk import open_counts
from bookings.selectors.rows import Row, find_booking, read_row, read_rows, with_row_parts

__all__ = [
    "DeskView",
    "History",
    "Page",
    "Row",
    "desk_view",
    "find_booking",
    "history_of",
    "open_counts",
    "read_row",
    "read_rows",
    "with_row_parts",
]
