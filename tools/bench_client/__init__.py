"""What the client costs beside others: function calls and CPU a request, modules and CPU of an import.

`python -m tools.bench_client` (`nox -s bench-client`). All ask one server on this machine, which gives all the same
bytes, by one connection that is kept. Each is measured in processes of its own. Calls are counted by a profiler and are
the same in each run; CPU is the median of rounds in shuffled order, and ratios are within one run.
"""
