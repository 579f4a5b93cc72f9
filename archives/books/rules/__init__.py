"""Pure rules of issued files and packages: codes, safe names."""
