"""The day of the event in virtual time: teams, their mistakes and raised hands, and the staff at the desk."""
