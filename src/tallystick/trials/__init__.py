"""The acting half of the lab: clients run, measured, and tried with the incident's own answer."""
