"""What the sandbox costs: measured on this machine, side by side in one run, printed as ratios.

`python -m tools.bench` (`nox -s bench-sandbox`). The cost of a request is the CPU time that the server's own processes
used, from /proc, divided by the requests answered: neighbours disturb it far less than they disturb requests a second.
"""
