"""Every change of the plan: duties and groups, rules, sites, loading."""
