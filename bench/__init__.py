"""The benchmark: `make bench`. Measures the pages people wait for, beside three floors, through one server.

F1 is a minimal Django view with log-in check and one query; F2 is F1 plus 25 rows with their joins in a plain template
as long as the desk's page; F3 is F1 plus one booking and its line, saved and nothing else. What a page costs above F2,
and a new booking above F3, is ours.
"""
