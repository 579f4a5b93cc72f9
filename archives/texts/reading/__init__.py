"""Reading files that others made, in a process of its own with bounded memory and time (`reading.child`).

What runs in that process (`__main__` and the readers) knows neither database nor settings, only a path and a MIME type.
"""
