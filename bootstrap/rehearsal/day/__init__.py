"""The day of the event in virtual time: teams on their pages, their mistakes and raised hands, the staff at the desk."""
