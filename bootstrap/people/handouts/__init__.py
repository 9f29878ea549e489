"""What a team is handed: its card, its code, the address of its page."""
