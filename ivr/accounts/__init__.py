"""The shared account core: every door - voice, keypad, text, web - asks the same use cases here.

Layers, lowest first: `records` (what is kept) and `ports` (what is needed from outside); `memory` and `store`
(two keepers under one contract); `ledger` (money); `individual` and `corporate` (one module per subject);
`door` (the only way in: a name and arguments, an outcome back).
"""
