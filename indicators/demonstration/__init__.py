"""A demonstration worth seeing: people, three years of plausible figures and five months of reports at every step."""
