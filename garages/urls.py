"""Addresses of the garage's settings and team, mounted under /g/<garage>/."""

from __future__ import annotations

from django.urls import path

from garages.views import details, hours, menu, rota, team, workshop

app_name = "garages"
urlpatterns = [
    path("settings/", details.index, name="settings"),
    path("settings/garage/", details.details, name="details"),
    path("settings/rules/", details.rules, name="rules"),
    path("settings/hours/", hours.hours, name="hours"),
    path("settings/hours/draft/", hours.hours_draft, name="hours-draft"),
    path("settings/closures/", hours.closures, name="closures"),
    path("settings/closures/<uuid:closure>/delete/", hours.closure_delete, name="closure-delete"),
    path("settings/closures/holidays/<int:year>/", hours.holidays, name="holidays"),
    path("settings/bays/", workshop.bays, name="bays"),
    path("settings/bays/<uuid:bay>/", workshop.bay, name="bay"),
    path("settings/courtesy-cars/", workshop.courtesy_cars, name="courtesy-cars"),
    path("settings/courtesy-cars/<uuid:car>/", workshop.courtesy_car, name="courtesy-car"),
    path("settings/vehicle-types/", workshop.vehicle_types, name="vehicle-types"),
    path("settings/vehicle-types/<uuid:vehicle_type>/", workshop.vehicle_type, name="vehicle-type"),
    path("settings/technicians/", workshop.technicians, name="technicians"),
    path("settings/technicians/add/", workshop.technician_add, name="technician-add"),
    path("settings/technicians/<uuid:technician>/", workshop.technician, name="technician"),
    path("settings/technicians/<uuid:technician>/shifts/", rota.shifts, name="shifts"),
    path("settings/away/", rota.away, name="away"),
    path("settings/away/bay/<uuid:outage>/end/", rota.outage_end, name="outage-end"),
    path("settings/away/technician/<uuid:absence>/end/", rota.absence_end, name="absence-end"),
    path("settings/skills/add/", workshop.skill_add, name="skill-add"),
    path("settings/skills/<uuid:skill>/", workshop.skill, name="skill"),
    path("settings/skills/<uuid:skill>/remove/", workshop.skill_remove, name="skill-remove"),
    path("settings/services/", menu.services, name="services"),
    path("settings/services/add/", menu.service_add, name="service-add"),
    path("settings/services/<uuid:service>/", menu.service, name="service"),
    path("settings/services/<uuid:service>/archive/", menu.service_archive, name="service-archive"),
    path("settings/services/<uuid:service>/restore/", menu.service_restore, name="service-restore"),
    path("settings/team/", team.team, name="team"),
    path("settings/team/role/", team.team_role, name="team-role"),
    path("settings/team/remove/", team.team_remove, name="team-remove"),
    path("settings/team/send-again/", team.team_send_again, name="team-send-again"),
]
