"""Pure rules: how a year will probably end, what is left to it, and figures that do not fit together."""
