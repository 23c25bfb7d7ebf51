"""Addresses of the desk and of bookings, mounted under /g/<garage>/."""

from __future__ import annotations

from django.urls import path

from bookings.views import actions, affected, desk, detail, lists, marks, merging, moving, planner, undoing, walls

app_name = "bookings"
urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/form/", desk.form, name="form"),
    path("desk/find/", desk.find, name="find"),
    path("desk/lookup/", desk.lookup, name="lookup"),
    path("desk/check/", desk.check, name="check"),
    path("desk/create/", desk.create, name="create"),
    path("desk/rows/", desk.rows, name="rows"),
    path("desk/undo/", undoing.undo, name="undo"),
    path("planner/", planner.planner, name="planner"),
    path("planner/place/", moving.place, name="place"),
    path("planner/affected/", affected.affected, name="affected"),
    path("planner/affected/move/", affected.affected_move, name="affected-move"),
    path("planner/tv/", walls.wall, name="wall"),
    path("planner/sheet/", walls.sheet, name="sheet"),
    path("my-day/", lists.my_day, name="my-day"),
    path("bookings/", lists.all_bookings, name="list"),
    path("bookings/of-customer/<uuid:public_id>/", lists.of_customer, name="of-customer"),
    path("bookings/of-vehicle/<uuid:public_id>/", lists.of_vehicle, name="of-vehicle"),
    path("customers/<uuid:public_id>/merge/", merging.find_customer, name="merge-customer"),
    path("customers/<uuid:public_id>/merge/<uuid:customer>/", merging.customers, name="merge-customers"),
    path("vehicles/<uuid:public_id>/merge/", merging.find_vehicle, name="merge-vehicle"),
    path("vehicles/<uuid:public_id>/merge/<uuid:vehicle>/", merging.vehicles, name="merge-vehicles"),
    path("merges/of-customer/<uuid:public_id>/", merging.of_customer, name="merges-of-customer"),
    path("merges/of-vehicle/<uuid:public_id>/", merging.of_vehicle, name="merges-of-vehicle"),
    path("merges/<uuid:merge>/undo/", merging.undo, name="merge-undo"),
    path("bookings/<slug:reference>/", detail.detail, name="detail"),
    path("bookings/<slug:reference>/edit/", detail.edit, name="edit"),
    path("bookings/<slug:reference>/move/", moving.move, name="move"),
    path("bookings/<slug:reference>/confirm/", actions.confirm, name="confirm"),
    path("bookings/<slug:reference>/accept/", actions.accept, name="accept"),
    path("bookings/<slug:reference>/decline/", actions.decline, name="decline"),
    path("bookings/<slug:reference>/check-in/", actions.check_in, name="check-in"),
    path("bookings/<slug:reference>/arrival/", actions.arrival, name="arrival"),
    path("bookings/<slug:reference>/marks/", marks.marks, name="marks"),
    path("bookings/<slug:reference>/start/", actions.start, name="start"),
    path("bookings/<slug:reference>/complete/", actions.complete, name="complete"),
    path("bookings/<slug:reference>/no-show/", actions.no_show, name="no-show"),
    path("bookings/<slug:reference>/cancel/", actions.cancel, name="cancel"),
    path("bookings/<slug:reference>/reopen/", actions.reopen, name="reopen"),
]
