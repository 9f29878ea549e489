"""The people of one team at their labelling job, over the files in the team's bucket."""
