"""Who an invoice is from, whom it is for and for which vehicle, as the records say it now."""

from __future__ import annotations

from billing.models import Invoice
from fleet import plates
from garages.models import Garage


def write_parties(invoice: Invoice, garage: Garage) -> None:
    """Fill in the copies; nothing is saved. A draft is shown with them as they are that moment, issuing keeps them."""
    customer, vehicle = invoice.customer, invoice.booking.vehicle if invoice.booking else None
    contacts = " · ".join(filter(None, (garage.phone, garage.email)))
    invoice.seller_name = garage.name
    invoice.seller_address = "\n".join(filter(None, (*garage.address_lines, contacts)))
    invoice.vat_number = garage.vat_number
    invoice.bill_name = customer.name
    invoice.bill_contact = customer.contact_name if customer.is_business else ""
    invoice.bill_address = customer.billing_address
    invoice.purchase_order = customer.purchase_order
    invoice.registration, invoice.vehicle = "", ""
    if vehicle is not None:
        invoice.registration = plates.shown(vehicle.registration, vehicle.registration_typed, garage.country)
        invoice.vehicle = vehicle.description
