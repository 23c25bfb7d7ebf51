"""The benchmark: `make bench`. Measures the pages people wait for, beside two floors, through the same server.

F1 is a minimal Django view with log-in check and one query; F2 is F1 plus 25 rows with their joins in a plain template
as long as the desk's page. What a page costs above F2 is ours.
"""
