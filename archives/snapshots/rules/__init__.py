"""Pure rules of snapshots: which texts there are, what they may hold, how two snapshots differ."""
