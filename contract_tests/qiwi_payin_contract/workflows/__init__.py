"""The documents' stories: Arazzo documents of the description package, and an executor for them.

``documents`` reads them, ``expressions`` and ``criteria`` are their languages, ``inputs`` says what a run gives them,
``control`` puts the driver in the place of control operations, ``story`` goes through the steps.
"""
