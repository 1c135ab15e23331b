"""What the paper asserts, sentence by sentence: one TOML file per part.

Sentences are counted in each section by their ends as printed, a displayed formula with the sentence that it stands in;
labels such as “Proof.” are not counted. Numbered items, captions and the cells of Table 1 are left out of the count and
stand under their own names.
"""
