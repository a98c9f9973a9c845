"""The engine under the generated package `qiwi_payin`: money, models, errors, calls and notifications.

It knows nothing of bills or payments: generated code hands it what the description says.
"""
