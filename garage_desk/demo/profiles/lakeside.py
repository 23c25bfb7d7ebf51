"""Lakeside Auto: an American shop whose customers speak English and Spanish."""

from __future__ import annotations

from datetime import time

from garage_desk.demo.profile import FleetSpec, Phrases, Profile, ServiceSpec, TechnicianSpec, words

_WEEKDAY = ((time(7, 30), time(17, 30)),)

LAKESIDE = Profile(
    slug="lakeside",
    name="Lakeside Auto",
    town="Buffalo, NY",
    address="2200 Lakeshore Road\nBuffalo, NY",
    country="US",
    subdivision="",
    time_zone="America/New_York",
    currency="USD",
    languages=("en", "es"),
    phone_kinds=("mobile",),
    own_phone="(716) 555-0100",
    staff={
        "reception": "Marisol Vega",
        "tech": "DeShawn Pruitt",
        "manager": "Karen Lindqvist",
        "owner": "Walt Brannock",
    },
    bays=(("Lift 1", "general"), ("Lift 2", "general"), ("Tire bay", "tyres"), ("Alignment rack", "alignment")),
    technicians=(
        TechnicianSpec("DeShawn Pruitt", ("Maintenance", "Brakes", "State inspection")),
        TechnicianSpec("Luis Arellano", ("Tires", "Alignment", "Maintenance")),
        TechnicianSpec("Kelly Dombrowski", ("Diagnostics", "Air conditioning", "Maintenance")),
        TechnicianSpec("Ray Tuttle", ("Brakes", "State inspection", "Tires", "Alignment")),
    ),
    vehicle_types=("Hatchback", "Sedan", "Wagon", "SUV", "Pickup or van"),
    services=(
        ServiceSpec(
            "Oil change, synthetic",
            "Maintenance",
            "Up to six quarts, filter, tire pressures, 20-point look-over.",
            minutes=45,
            prices=(7_995, 7_995, 7_995, 8_995, 9_995),
            weight=18,
            skill="Maintenance",
            extras=("Wiper blades, installed", "Shuttle ride", "Interior detail"),
            needs_engine=True,
            due_again_months=6,
        ),
        ServiceSpec(
            "Scheduled maintenance",
            "Maintenance",
            "Oil, filters, fluids and everything the book asks for at this age.",
            minutes=150,
            prices=(28_900, 30_900, 31_900, 35_900, 37_900),
            weight=10,
            skill="Maintenance",
            after=15,
            extras=("Wiper blades, installed", "Shuttle ride", "Interior detail"),
            needs_engine=True,
        ),
        ServiceSpec(
            "State inspection",
            "Inspection",
            "NYS safety and emissions, sticker on the spot.",
            minutes=45,
            prices=(2_100, 2_100, 2_100, 2_700, 2_700),
            weight=14,
            skill="State inspection",
            extras=("Wiper blades, installed",),
            due_again_months=12,
        ),
        ServiceSpec(
            "Brake pads and rotors, front",
            "Brakes",
            "Both front wheels, parts and road test included.",
            minutes=120,
            prices=(34_900, 35_900, 36_900, 42_900, 46_900),
            weight=9,
            skill="Brakes",
            extras=("Shuttle ride",),
        ),
        ServiceSpec(
            "Tire mount and balance, set of four",
            "Tires",
            "Your tires or ours; old ones recycled.",
            minutes=60,
            prices=(11_900, 11_900, 11_900, 13_900, 15_900),
            weight=14,
            bay_kind="tyres",
            skill="Tires",
        ),
        ServiceSpec(
            "Four-wheel alignment",
            "Tires",
            "Measured and set on the rack, with a printout.",
            minutes=60,
            prices=(11_900, 11_900, 11_900, 12_900, 14_900),
            weight=9,
            bay_kind="alignment",
            skill="Alignment",
        ),
        ServiceSpec(
            "Check-engine diagnostics",
            "Repairs",
            "Codes read and explained; the fee comes off the repair.",
            minutes=60,
            prices=(12_900,),
            weight=9,
            skill="Diagnostics",
            before=15,
            extras=("Shuttle ride",),
        ),
        ServiceSpec(
            "A/C recharge",
            "Repairs",
            "Leak test, refrigerant and oil to factory weight.",
            minutes=60,
            prices=(17_900, 17_900, 17_900, 18_900, 19_900),
            weight=4,
            skill="Air conditioning",
        ),
        ServiceSpec(
            "Transmission service",
            "Repairs",
            "Fluid and filter ordered for your gearbox: ask, and we answer with a day and a price.",
            minutes=240,
            prices=(44_900, 46_900, 47_900, 54_900, 57_900),
            is_request_only=True,
            extras=("Shuttle ride",),
            needs_engine=True,
        ),
        ServiceSpec("Wiper blades, installed", "Extras", "Front pair.", minutes=10, prices=(3_900,), is_extra=True),
        ServiceSpec(
            "Shuttle ride", "Extras", "Within ten miles, both ways.", minutes=5, prices=(1_000,), is_extra=True
        ),
        ServiceSpec(
            "Interior detail",
            "Extras",
            "Vacuum, mats, windows.",
            minutes=40,
            prices=(7_900, 7_900, 7_900, 9_900, 9_900),
            is_extra=True,
        ),
    ),
    hours={**dict.fromkeys(range(5), _WEEKDAY), 5: ((time(8), time(12)),)},
    first_names=words(
        """
        Abigail, Aaron, Adriana, Alejandro, Alicia, Amber, Andre, Angela, Anita, Anthony, Ashley, Beatriz, Brandon,
        Brenda, Brian, Brittany, Caleb, Camila, Carlos, Carmen, Cheryl, Christina, Claudia, Cody, Crystal, Curtis,
        Danielle, Darnell, Darryl, Deborah, Diana, Diego, Donna, Dwayne, Edith, Eduardo, Elena, Emily, Enrique, Ernest,
        Esperanza, Ethan, Evelyn, Felipe, Frank, Gabriela, Gail, Gloria, Gregory, Guadalupe, Hector, Heather, Isaiah,
        Ivan, Jamal, Janice, Jasmine, Javier, Jeffrey, Jermaine, Jesús, Jill, Joanna, Jorge, Josephine, Juan, Kathleen,
        Keisha, Kenneth, Kimberly, Kyle, Lamar, Latoya, Linda, Lorena, Luz, Marcus, María, Melissa, Miguel, Monica,
        Nancy, Nathan, Nicole, Norma, Oscar, Patricia, Paula, Rafael, Ramón, Rebecca, Ricardo, Rosa, Roy, Samantha,
        Sergio, Shanice, Sofía, Stephanie, Tamika, Terrence, Tiffany, Todd, Tyler, Vanessa, Veronica, Walter, Wanda,
        Xavier, Yolanda
        """
    ),
    last_names=words(
        """
        Abernathy, Acevedo, Aguirre, Alvarado, Amato, Arroyo, Ashworth, Avila, Baldwin, Barrios, Bautista, Beckford,
        Benavides, Bielski, Blankenship, Bouchard, Broussard, Calloway, Camacho, Cardenas, Castellano, Cervantes,
        Chmura, Colón, Conti, Crenshaw, Cwiklinski, Delacruz, DeLuca, Dombrowski, Drayton, Echevarría, Eubanks, Falcone,
        Fenton, Figueroa, Flanagan, Fontánez, Gadsden, Galindo, Gentile, Godwin, Grabowski, Guzmán, Haggerty, Halstead,
        Hatcher, Hinojosa, Holcomb, Hutchins, Ibarra, Jablonski, Jankowski, Jaramillo, Kaczmarek, Kettering, Kowalczyk,
        Lattimore, Ledesma, LoTempio, Lozano, Lyman, Maldonado, Marciniak, Mazurek, McAllister, McElroy, Medina,
        Mercado, Montague, Moskal, Mulcahy, Narváez, Nuñez, O'Malley, Ocasio, Olmstead, Osorio, Pacheco, Palmieri, Penn,
        Pietrowski, Pinckney, Quiñones, Ransom, Renteria, Rizzo, Rosario, Rutkowski, Saldaña, Santangelo, Schultz,
        Sepúlveda, Sheffield, Sikorski, Spadafora, Stovall, Szymanski, Tejada, Thibodeaux, Toussaint, Urbina, Valdivia,
        Vanderpool, Villegas, Wadsworth, Whitfield, Wojcik, Yarborough, Zamora, Zawadzki
        """
    ),
    colours=("Black", "Black", "Blue", "Gold", "Gray", "Gray", "Green", "Maroon", "Red", "Silver", "White", "White"),
    fleets=(
        FleetSpec(
            "Elmwood Plumbing & Heating", "Todd", "Kaczmarek", "elmwoodplumbing.example", 6, ("van", "van", "suv")
        ),
        FleetSpec(
            "Harborview Senior Rides", "Gloria", "Ocasio", "harborviewrides.example", 5, ("suv", "saloon", "van")
        ),
    ),
    phrases=Phrases(
        workshop=(
            "Squeals when stopping off the highway, front left.",
            "Check-engine light on and off since last week.",
            "Customer is waiting in the lounge.",
            "Please look at the rear wiper too.",
            "Pulls to the right on a flat road.",
            "Clunk from the rear over potholes.",
            "Slow leak, right rear. Wheel lock key in the glove box.",
            "A/C blows warm on the driver side.",
            "Snow tires are in the trunk.",
            "Cranks slow on cold mornings.",
            "Needs it back by four for pick-up.",
            "Oil spot in the driveway, quarter size.",
        ),
        internal=(
            "Call before any extra work.",
            "Regular: always pays by card.",
            "Key in the drop box, number on the tag.",
            "Quoted over the phone, price is on the line.",
            "Prefers Kelly.",
            "Speaks Spanish: ask for Marisol or Luis.",
        ),
        customer=(
            "Prefers a text to a call.",
            "Drops off before work, picks up after five.",
            "Two cars in the household.",
            "Habla español.",
        ),
        labels=("Regular", "Snowbird", "Enthusiast"),
        referrals=("Recommended by a friend", "Google", "Drove past"),
        cancelled=(
            "Out of town",
            "Car sold",
            "Booked somewhere else, sooner",
            "Booked twice by mistake",
            "Customer is sick, will call back",
        ),
        declined=("Parts no longer made for this gearbox", "No shuttle that week", "Truck too heavy for our lifts"),
        requests=(
            "98,000 miles, fluid never changed that I know of. Any day next week.",
            "Does this include the filter? I can leave it for two days.",
            "Shifts rough when cold. Dealer says service it.",
        ),
        waiting_for_parts="Seized caliper found. Part due with the next delivery, customer knows.",
        handover="Spare key for the loaner Corolla is in the top drawer. "
        "The parts truck comes before nine: ask for the caliper.",
        closure="Staff training",
        past_closure="Lift inspection",
        invoice_footer="Parts and labor are guaranteed for 12 months or 12,000 miles. Thank you for your visit.",
    ),
)
