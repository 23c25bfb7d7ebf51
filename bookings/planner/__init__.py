"""The planner's pictures: bookings laid out in lanes, for a day or a week. Pure: bookings in, boxes out."""

from bookings.planner.cards import Asked, Card, Lanes
from bookings.planner.day import DayPlan, Lane, Tray, plan_day
from bookings.planner.week import WeekPlan, plan_week

__all__ = ["Asked", "Card", "DayPlan", "Lane", "Lanes", "Tray", "WeekPlan", "plan_day", "plan_week"]
