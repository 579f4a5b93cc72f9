"""Pure rules of the plan: spans of days, reporter tokens, who is assigned to what."""
