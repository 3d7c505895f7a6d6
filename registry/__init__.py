"""Who and where: areas, units, households, people, facts, appointments and the calendar."""
