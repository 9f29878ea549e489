"""Rows of the day's pages in the journal's database: sign-ins, tries, and what people ask for there."""
