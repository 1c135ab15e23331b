"""The door of the house: the command, and the pytest plugin that foreign projects load.

What is here is light and has a name that no project uses for its folders; `theory`, `checks` and `reports` are imported
once they are needed, by `manyfaces.house`.
"""
