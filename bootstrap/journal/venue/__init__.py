"""What the pages of the day keep in the journal's database: sign-ins, tries, and what people ask for there."""
