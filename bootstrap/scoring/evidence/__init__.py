"""Reads of a team's account, and the rules that judge whether a lab is done."""
