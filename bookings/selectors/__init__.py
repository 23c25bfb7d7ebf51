"""Reading bookings, with what a screen shows beside them."""

from bookings.selectors.desk import DeskView, Page, desk_view, open_counts
from bookings.selectors.history import History, history_of
from bookings.selectors.rows import find_booking, rows_of_customer, rows_of_vehicle, with_row_parts

__all__ = [
    "DeskView",
    "History",
    "Page",
    "desk_view",
    "find_booking",
    "history_of",
    "open_counts",
    "rows_of_customer",
    "rows_of_vehicle",
    "with_row_parts",
]
