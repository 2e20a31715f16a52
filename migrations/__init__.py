"""The schema's history; `upgrade` brings the database of the settings to the newest one."""
