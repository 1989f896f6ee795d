"""Flow files: from YAML to the core's plain model, checked, drawn, and described to editors.

The way of a file: `reader` (text to nodes that know their lines) -> `build` (nodes to a `Flow`)
-> `check` (what is wrong with the flow as a conversation). Content - prompts and phrases - goes the
same way through `content`. Every fault carries a file, a line, a path and a remedy.
"""
